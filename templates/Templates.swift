/// The built-in templates, one per pairing, as the bytes of the JSON files beside this one.
public enum BuiltInTemplate {
    /// `elevenlabs.json`: Plivo Zentrunk and ElevenLabs.
    public static var elevenlabs: [UInt8] { PackageResources.elevenlabs_json }
    /// `livekit.json`: Plivo Zentrunk and LiveKit.
    public static var livekit: [UInt8] { PackageResources.livekit_json }
    /// `vapi.json`: Plivo Zentrunk and Vapi.
    public static var vapi: [UInt8] { PackageResources.vapi_json }
}
