@_spi(Adapter) package import ZentrunkCore

/// The calls that a user asked for: what Plivo can filter, and what is compared here.
package struct CallSelection: Sendable {
    /// Direction and time, which Plivo filters by.
    package var filter = CallFilter()
    /// Numbers of which a call has one, as caller or as called party; empty for all calls.
    package var numbers: Set<PhoneNumber> = []
    /// Whether calls that succeeded are left out.
    package var isFailedOnly = false
    /// Whether a call belongs to the connections that were asked for.
    package var belongs: @Sendable (CallRecord) -> Bool = { _ in true }

    /// Creates a selection of all calls of the last 30 days.
    package init() {}

    /// The largest count of numbers that Plivo filters by. With more, the whole list is as fast as two lists per number.
    static let mostFilteredNumbers = 3

    /// One request to the list, and the numbers by which its records must be checked again.
    struct Source: Sendable {
        var filter: CallFilter
        /// The caller, which Plivo compares by its first digits only.
        var from: PhoneNumber?
        /// The called party.
        var to: PhoneNumber?

        func matches(_ record: CallRecord) -> Bool {
            (from == nil || record.from == from) && (to == nil || record.to == to)
        }
    }

    /// The lists that together have every selected call.
    var sources: [Source] {
        guard !numbers.isEmpty, numbers.count <= Self.mostFilteredNumbers else { return [Source(filter: filter)] }
        return numbers.sorted().flatMap { number in
            var (from, to) = (filter, filter)
            from.from = .init(number)
            to.to = .init(number)
            return [Source(filter: from, from: number), Source(filter: to, to: number)]
        }
    }

    /// Whether a call is selected, apart from what ``filter`` says.
    package func matches(_ record: CallRecord) -> Bool {
        guard numbers.isEmpty || [record.from, record.to].contains(where: { $0.map(numbers.contains) == true }) else {
            return false
        }
        return !(isFailedOnly && record.isSuccessful) && belongs(record)
    }
}

extension CallRecords {
    /// Returns the selected records, in the order of Plivo's list. The pages are read as the sequence is iterated.
    ///
    /// - Throws: `ZentrunkError` `invalid` for a range that begins more than 90 days ago, and one that cannot match.
    ///   Nothing is sent.
    package func selected(_ selection: CallSelection) throws -> SelectedCalls {
        SelectedCalls(
            selection: selection, sources: try selection.sources.map { ($0, try list($0.filter)) })
    }
}

/// The records of a selection, read page by page. It holds one page of each list at a time.
package struct SelectedCalls: AsyncSequence, Sendable {
    let selection: CallSelection
    let sources: [(source: CallSelection.Source, records: CallRecordSequence)]

    /// Begins with the first page; each iterator reads the lists again.
    package func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Merges the lists: of their next records it returns the one that ended last.
    package struct Iterator: AsyncIteratorProtocol {
        private let selection: CallSelection
        private let sources: [CallSelection.Source]
        private var lists: [CallRecordSequence.Iterator]
        /// The next record of each list; nil at its end.
        private var heads: [CallRecord?] = []
        /// The list whose record was returned last. Its next one is read later, since that may fail.
        private var used: Int?

        init(_ calls: SelectedCalls) {
            selection = calls.selection
            sources = calls.sources.map(\.source)
            lists = calls.sources.map { $0.records.makeAsyncIterator() }
        }

        /// Returns the next record; nil after the last.
        ///
        /// - Throws: `ZentrunkError`, `CancellationError`. After an error, the next call requests the same page again.
        package mutating func next() async throws -> CallRecord? {
            while heads.count < lists.count { heads.append(try await lists[heads.count].next()) }
            while true {
                if let used { heads[used] = try await lists[used].next() }
                used = latest
                guard let index = used, let record = heads[index] else { return nil }
                // A call can be in several lists, and is returned from the first.
                let isFirst = sources.firstIndex { $0.matches(record) } == index
                if isFirst, selection.matches(record) { return record }
            }
        }

        private var latest: Int? {
            heads.indices.filter { heads[$0] != nil }.max { left, right in
                (heads[left]?.ended?.microseconds ?? 0) < (heads[right]?.ended?.microseconds ?? 0)
            }
        }
    }
}
