public import Testing
@_spi(Adapter) public import ZentrunkCore

/// The rules of `HTTPTransport`, as cases that run against any implementation.
///
/// To test a transport, add one parameterised test:
///
///     @Test(arguments: TransportConformance.cases)
///     func conforms(rule: TransportConformance.Case) async throws {
///         try await rule.run { MyTransport() }
///     }
///
/// Each case starts a server on 127.0.0.1, so the transport must accept plain HTTP to loopback. TLS and time limits are
/// not covered.
public enum TransportConformance {
    /// One rule.
    public struct Case: Sendable, CustomTestStringConvertible {
        /// The rule, in one sentence.
        public let name: String
        private let body: @Sendable (any HTTPTransport) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (any HTTPTransport) async throws -> Void) {
            self.name = name
            self.body = body
        }

        /// The rule, in one sentence.
        public var testDescription: String { name }

        /// Checks the rule, and records an issue for each violation.
        ///
        /// - Parameter make: Returns a new transport.
        /// - Throws: The errors of the transport, and of requirements that are not met.
        public func run(on make: () async throws -> any HTTPTransport) async throws { try await body(make()) }
    }

    /// All rules.
    public static let cases: [Case] = exchange + delivery + cancellation + limits

    /// Checks all rules in one test.
    ///
    /// - Parameter make: Returns a new transport at each call.
    public static func run(on make: () async throws -> any HTTPTransport) async {
        for rule in cases {
            do { try await rule.run(on: make) } catch { Issue.record(error, Comment(rawValue: rule.name)) }
        }
    }
}

extension LoopbackServer {
    /// A script that returns each request's body.
    static let echo: Script = { connection in
        while true {
            let request = try await connection.nextRequest()
            try await connection.answer(String(decoding: request.body, as: UTF8.self))
        }
    }

    /// A script that reads one request and does not answer.
    static let silent: Script = { connection in
        try await connection.nextRequest()
        try await connection.waitForEnd()
    }
}
