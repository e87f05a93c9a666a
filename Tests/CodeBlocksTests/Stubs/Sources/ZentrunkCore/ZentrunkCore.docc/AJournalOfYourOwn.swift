struct SessionPool: Sendable {
    func session() async throws -> Session { fatalError() }
}

struct Session: Sendable {
    func tryAdvisoryLock(_ name: String) async throws -> Bool { fatalError() }
    func advisoryLock(_ name: String) async throws {}
    func isAdvisoryLocked(_ name: String) async throws -> Bool { fatalError() }
    func close() {}
}
