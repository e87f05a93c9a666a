/// The built-in templates, one per pairing, as the bytes of the JSON files beside this one.
public enum BuiltInTemplate {
    /// `vapi.json`: Plivo Zentrunk and Vapi.
    public static var vapi: [UInt8] { PackageResources.vapi_json }
}
