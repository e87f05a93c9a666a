import CCurl
import Synchronization
@_spi(Adapter) import ZentrunkCore

/// The event loop on the transport's only thread, which owns the multi handle and all easy handles.
///
/// It starts requests from the ``Inbox``, lets libcurl read and write, resumes the callers of finished transfers, ends
/// overdue ones, and sleeps until there is something to do.
final class EventLoop {
    private let configuration: CurlConfiguration
    private let inbox: Inbox
    private let clock = LoopClock()
    private let multi: MultiHandle
    private let sessions: SharedSessions

    private var running: [Transfer] = []
    /// Idle transfers, kept for later requests.
    private var spare: [Transfer] = []
    private var queues: [Endpoint: HostQueue] = [:]
    /// Where each request is that has started and not ended.
    private var places: [ObjectIdentifier: Place] = [:]
    private var messages: [LoopMessage] = []
    /// The earliest time at which a running transfer or a queued request can be overdue.
    private var nextCheck: ContinuousClock.Instant?

    private enum Place {
        case queued(QueuedRequest)
        case running(Transfer)
    }

    private init(configuration: CurlConfiguration, inbox: Inbox) throws(CurlError) {
        self.configuration = configuration
        self.inbox = inbox
        multi = try MultiHandle(
            connectionsPerHost: configuration.maximumConnectionsPerHost,
            idleConnections: configuration.maximumIdleConnections)
        sessions = try SharedSessions()
        inbox.attach(multi.waker)
    }

    /// Starts the thread, which runs until the inbox is closed.
    ///
    /// - Throws: `TransportError` if the system cannot create a thread.
    static func start(configuration: CurlConfiguration, inbox: Inbox) throws(TransportError) {
        let isRunning = LoopThread.start {
            guard let loop = try? EventLoop(configuration: configuration, inbox: inbox) else {
                // libcurl is out of memory: all requests fail as if the transport were closed.
                inbox.detach()
                var messages: [LoopMessage] = []
                _ = inbox.collect(into: &messages)
                return refuse(messages)
            }
            loop.run()
            loop.end()
        }
        guard isRunning else { throw .refused("the system has no thread left for the connections") }
    }

    // MARK: Running

    private func run() {
        while inbox.collect(into: &messages) {
            clock.update()
            for message in messages {
                switch message {
                case .start(let job, let continuation): start(job, continuation)
                case .cancel(let job): cancel(job)
                }
            }
            messages.removeAll(keepingCapacity: true)
            guard (try? multi.perform()) != nil else { return }
            while let (owner, result) = multi.nextFinished() {
                finish(Unmanaged<Transfer>.fromOpaque(owner).takeUnretainedValue(), result)
            }
            endOverdue()
            guard inbox.prepareToSleep() else { continue }
            guard (try? multi.poll(milliseconds: sleepMilliseconds)) != nil else { return }
        }
    }

    /// Ends all running and queued transfers. When this returns, every received continuation has been resumed.
    private func end() {
        inbox.detach()
        while let transfer = running.last, let endpoint = transfer.job?.request.endpoint {
            leave(transfer, with: .failure(TransportError.shutDown(endpoint, delivery: transfer.delivery)))
        }
        for (endpoint, queue) in queues {
            while let request = queue.removeFirst(waitingSince: clock.now) {
                leave(request, TransportError.shutDown(endpoint, delivery: .notSent))
            }
        }
        Self.refuse(messages)
        _ = inbox.collect(into: &messages)
        Self.refuse(messages)
        // Easy handles must be freed before what they share. <https://curl.se/libcurl/c/curl_multi_cleanup.html>
        spare = []
    }

    private static func refuse(_ messages: [LoopMessage]) {
        for case .start(let job, let continuation) in messages {
            continuation.resume(throwing: TransportError.shutDown(job.request.endpoint, delivery: .notSent))
        }
    }

    // MARK: One transfer

    private func start(_ job: Job, _ continuation: AnswerContinuation) {
        guard !job.isCancelled.load(ordering: .acquiring) else {
            return continuation.resume(throwing: CancellationError())
        }
        let queue = queue(for: job.request.endpoint)
        let request = QueuedRequest(job, continuation, in: queue, since: clock.now)
        places[ObjectIdentifier(job)] = .queued(request)
        queue.add(request)
        check(by: clock.now + configuration.queueTimeout)
        admit(from: queue)
    }

    /// Passes queued requests to libcurl, up to the limit. Only now does a request get a handle, and its time begins.
    private func admit(from queue: HostQueue) {
        while let request = queue.next() {
            do throws(CurlError) {
                let transfer = try transferForUse()
                try transfer.begin(request)
                transfer.position = running.count
                running.append(transfer)
                places[ObjectIdentifier(request.job)] = .running(transfer)
                check(by: clock.now + configuration.shortestTimeout)
                do throws(CurlError) {
                    try multi.add(transfer.easy)
                    transfer.isInMulti = true
                } catch {
                    leave(transfer, with: .failure(transfer.error(for: error.code)))
                }
            } catch {
                queue.end(isMultiplexed: nil)
                leave(request, TransportError(error, at: request.job.request.endpoint))
            }
        }
    }

    private func queue(for endpoint: Endpoint) -> HostQueue {
        if let queue = queues[endpoint] { return queue }
        if queues.count >= Self.maximumQueues { queues = queues.filter { !$0.value.isIdle } }
        let queue = HostQueue(connections: configuration.maximumConnectionsPerHost)
        queues[endpoint] = queue
        return queue
    }

    private func transferForUse() throws(CurlError) -> Transfer {
        if let transfer = spare.popLast() { return transfer }
        return try Transfer(configuration: configuration, sessions: sessions, clock: clock)
    }

    private func cancel(_ job: Job) {
        switch places[ObjectIdentifier(job)] {
        case .queued(let request)?:
            request.queue.remove(request)
            leave(request, CancellationError())
        case .running(let transfer)?: complete(transfer, with: .failure(CancellationError()))
        case nil: break
        }
    }

    private func finish(_ transfer: Transfer, _ result: CURLcode) {
        if result == CURLE_OK, let answer = transfer.collector.take() {
            complete(transfer, with: .success(answer))
        } else {
            complete(transfer, with: .failure(transfer.error(for: result)))
        }
    }

    /// Ends a transfer, and starts the next request to its host.
    private func complete(_ transfer: Transfer, with outcome: Result<ReceivedAnswer, any Error>) {
        let queue = transfer.queue
        leave(transfer, with: outcome)
        if let queue { admit(from: queue) }
    }

    /// Removes the transfer from the multi handle, which stops it if it is running, and resumes its caller.
    private func leave(_ transfer: Transfer, with outcome: Result<ReceivedAnswer, any Error>) {
        let last = running.removeLast()
        if last !== transfer {
            last.position = transfer.position
            running[last.position] = last
        }
        if let job = transfer.job { places[ObjectIdentifier(job)] = nil }
        transfer.queue?.end(isMultiplexed: transfer.collector.isMultiplexed)
        let hasLeft = !transfer.isInMulti || (try? multi.remove(transfer.easy)) != nil
        transfer.isInMulti = false
        transfer.end(with: outcome)
        if hasLeft, spare.count < Self.maximumSpare, (try? transfer.clearRequest()) != nil { spare.append(transfer) }
    }

    /// Resumes the caller of a request that never got a handle.
    private func leave(_ request: QueuedRequest, _ error: some Error) {
        places[ObjectIdentifier(request.job)] = nil
        request.continuation.resume(throwing: error)
    }

    private static let maximumSpare = 128
    private static let maximumQueues = 256

    // MARK: Time

    private func check(by instant: ContinuousClock.Instant) {
        nextCheck = nextCheck.map { min($0, instant) } ?? instant
    }

    /// Ends overdue transfers and queued requests. Returns at once if none can be overdue yet.
    private func endOverdue() {
        guard let due = nextCheck, due <= clock.now else { return }
        nextCheck = nil
        for (endpoint, queue) in queues {
            while let request = queue.removeFirst(waitingSince: clock.now - configuration.queueTimeout) {
                leave(request, TransportError.queueTimeout(endpoint, configuration.queueTimeout, limit: queue.limit))
            }
            if let first = queue.first { check(by: first + configuration.queueTimeout) }
        }
        for transfer in running.reversed() {
            guard let (deadline, error) = transfer.deadline(configuration) else { continue }
            if deadline > clock.now {
                check(by: deadline)
            } else if transfer.started + configuration.totalTimeout > clock.now, transfer.notesUpload() {
                // There was an upload that is noticed only now, so the transfer was not silent; the total time still
                // counts.
                check(by: clock.now)
            } else {
                complete(transfer, with: .failure(error()))
            }
        }
    }

    private var sleepMilliseconds: CInt {
        guard let nextCheck else { return 60_000 }
        return CInt(clamping: max(0, (nextCheck - .now).milliseconds))
    }
}

@available(*, unavailable)
extension EventLoop: Sendable {}
