@_spi(Adapter) import ZentrunkCurl

extension CurlConfiguration {
    static func with(_ change: (inout CurlConfiguration) -> Void) -> CurlConfiguration {
        var configuration = CurlConfiguration()
        change(&configuration)
        return configuration
    }
}
