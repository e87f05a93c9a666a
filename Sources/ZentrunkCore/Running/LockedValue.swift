import Synchronization

/// A value protected by a lock, shared by reference.
final class LockedValue<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }

    func withLock(_ change: (inout Value) -> Void) { mutex.withLock { change(&$0) } }
}
