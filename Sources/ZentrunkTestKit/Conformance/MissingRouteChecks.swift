import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox

/// An object is gone only when its API says so, or when a complete list lacks it.
enum MissingRouteChecks {
    static func cases(_ pairing: Pairing) throws -> [AdapterConformance.Case] {
        let kinds = try World.allKinds(of: pairing)
        let routes = kinds.flatMap { kind in
            kind.calls.filter { $0.operation == .delete }.map { call in
                Route(
                    pairing: pairing, kind: kind.description, call: call,
                    // One call may delete the objects of several kinds.
                    titles: kinds.filter { $0.calls.contains(call) }.map(\.description.title))
            }
        }
        return routes.flatMap { route in
            [
                AdapterConformance.Case("no route to delete a \(route.kind.name)") { try await lasting(route) },
                AdapterConformance.Case("a false report that a \(route.kind.name) is deleted") {
                    try await lies(route)
                },
                AdapterConformance.Case("a false report to undo that a \(route.kind.name) is deleted") {
                    try await liesToUndo(route)
                },
            ]
        }
            + SandboxFault.NoRoute.allCases.map { form in
                AdapterConformance.Case("no route to read: \(form.rawValue)") { try await reads(pairing, form) }
            }
    }

    /// A kind of a pairing, and how a delete of it is called.
    private struct Route: Sendable {
        var pairing: Pairing
        var kind: KindDescription
        var call: KindCall
        /// What the objects are called that this call deletes.
        var titles: [String]

        func isNamed(_ sentence: String) -> Bool {
            sentence.contains("is still there") && titles.contains(where: sentence.contains)
        }

        /// The path as a fault names it, on whatever account.
        static func pattern(_ path: String) -> String {
            "*" + path.replacing("{id}", with: "*").replacing(/\/Account\/[^\/]*\//, with: "/Account/*/")
        }

        func fault(_ effect: SandboxFault.Effect) -> SandboxFault {
            SandboxFault(
                method: call.method.rawValue, path: Self.pattern(call.path), effect: effect)
        }
    }

    /// The fullest connection of a pairing, and its journal.
    private static func connected(
        _ pairing: Pairing, _ test: (World, any Journal, JSONValue) async throws -> Void
    ) async throws {
        try await World.run(for: pairing) { world async throws in
            try await withFolder { folder async throws in
                let journal = try SQLiteJournal(directory: folder)
                let beginning = try await world.begin(.disconnect(pairing), journal)
                try await test(world, journal, beginning.empty)
            }
        }
    }

    /// A delete that no server with that path answers is not done: that is said, and undone or finished later.
    private static func lasting(_ route: Route) async throws {
        for (index, form) in SandboxFault.NoRoute.allCases.enumerated() where Sweep.isFull || index % 3 == 0 {
            try await connected(route.pairing) { world, journal, empty async throws in
                Sweep.count()
                let before = world.sandbox.state
                world.sandbox.setFaults([route.fault(.noRoute(form))])
                let connector = try world.connector(route.pairing, journal: journal)
                let report = try await world.disconnect(connector)
                let struck = world.sandbox.requests.contains { $0.fault != nil }
                world.sandbox.setFaults([])
                // A connection that lets the platform in by its network has no login, and the other way round.
                guard struck else { return #expect(report.error == nil) }
                let error = try #require(report.error, "\(form)")
                #expect(report.outcome == .failed)
                let again = try world.connector(route.pairing, journal: journal)
                if form == .html502 {
                    // The service itself did not do it.
                    if report.aftermath == .undone {
                        #expect(
                            Account(world.sandbox.state, of: route.pairing).difference(
                                from: Account(before, of: route.pairing)) == [])
                    }
                } else {
                    #expect(!report.left.isEmpty, "\(form)")
                    #expect(
                        report.left.contains(where: route.isNamed),
                        "\(report.left)")
                    #expect(
                        error.message.contains("\(route.pairing.adapter.platform.title) answered")
                            || error.message.contains("Plivo answered"))
                    try await checkDeleted(report, route.pairing, world)
                }
                if !report.left.isEmpty { try await checkNamed(report, route.pairing, world) }
                let run = try #require(report.run)
                if !report.left.isEmpty {
                    // What was deleted already is created again.
                    let undone = try await again.undo(run)
                    #expect(undone.error == nil, "\(form): \(undone.error?.message ?? "") \(undone.left)")
                    #expect(undone.outcome == .undone)
                    #expect(
                        Account(world.sandbox.state, of: route.pairing).difference(
                            from: Account(before, of: route.pairing)) == [], "\(form)")
                    #expect(try await again.undo(run).outcome == .unchanged)
                }
                let end = try await world.disconnect(again)
                #expect(end.error == nil, "\(form): \(end.error?.message ?? "")")
                #expect(world.sandbox.state == empty, "\(form)")
            }
        }
    }

    /// A delete that the vendor reports as done, and that was not done, is not reported as done.
    private static func lies(_ route: Route) async throws {
        try await connected(route.pairing) { world, journal, empty async throws in
            Sweep.count()
            let answer = SandboxAnswer(
                status: 200, headers: ["Content-Type": "application/json"], body: Array("{}".utf8))
            world.sandbox.setFaults([route.fault(.answer(answer))])
            let report = try await world.disconnect(try world.connector(route.pairing, journal: journal))
            let struck = world.sandbox.requests.contains { $0.fault != nil }
            world.sandbox.setFaults([])
            guard struck else { return #expect(report.error == nil) }
            #expect(report.error?.code == .incomplete, "\(report.error?.message ?? "")")
            #expect(!report.left.isEmpty)
            #expect(
                report.left.contains(where: route.isNamed),
                "\(report.left)")
            try await checkDeleted(report, route.pairing, world)
            let end = try await world.disconnect(try world.connector(route.pairing, journal: journal))
            #expect(end.error == nil, "\(end.error?.message ?? "")")
            // What the vendor called done was believed until the end, so what it rested on went before it.
            #expect(
                Account(world.sandbox.state, of: route.pairing).difference(from: Account(empty, of: route.pairing))
                    == [])
        }
    }

    /// What an undo did not delete, although the vendor said so, the next undo deletes.
    private static func liesToUndo(_ route: Route) async throws {
        let full = Journey.connect(route.pairing)
        try await World.run(for: route.pairing) { world async throws in
            Sweep.count()
            let journal = InMemoryJournal()
            let beginning = try await world.begin(full, journal)
            let connector = try world.connector(route.pairing, journal: journal)
            let run = try #require(try await world.travel(full, connector).run)
            let answer = SandboxAnswer(
                status: 200, headers: ["Content-Type": "application/json"], body: Array("{}".utf8))
            world.sandbox.setFaults([route.fault(.answer(answer))])
            let first = try await connector.undo(run)
            let struck = world.sandbox.requests.contains { $0.fault != nil }
            world.sandbox.setFaults([])
            guard struck else { return #expect(first.error == nil) }
            #expect(!first.left.isEmpty, "\(first.left)")
            let second = try await connector.undo(run)
            #expect(second.outcome == .undone, "\(second.error?.message ?? "") \(second.left)")
            #expect(
                Account(world.sandbox.state, of: route.pairing).difference(
                    from: Account(beginning.empty, of: route.pairing)) == [])
        }
    }

    /// What is still there is named.
    private static func checkNamed(_ report: Report, _ pairing: Pairing, _ world: World) async throws {
        for resource in report.resources {
            let kind = try world.kind(resource.kind, of: pairing)
            guard kind.description.role == .object, let id = resource.id, try await kind.read(id) != nil else {
                continue
            }
            #expect(report.left.contains { $0.contains(id) }, "\(resource.instance): \(report.left)")
        }
    }

    /// What is called deleted is gone.
    private static func checkDeleted(_ report: Report, _ pairing: Pairing, _ world: World) async throws {
        for resource in report.resources where resource.deeds == [.remove] {
            let id = try #require(resource.id)
            #expect(try await world.kind(resource.kind, of: pairing).read(id) == nil, "\(resource.instance)")
        }
    }

    /// What cannot be read is not absent: nothing is written, and the error says who answered what.
    private static func reads(_ pairing: Pairing, _ form: SandboxFault.NoRoute) async throws {
        let kinds = try World.allKinds(of: pairing)
        let lists = Set(kinds.flatMap(\.calls).filter { [.list, .read].contains($0.operation) }.map(\.path))
        for (index, path) in lists.sorted().enumerated() where Sweep.isFull || (index + form.rawValue.count) % 4 == 0 {
            // An adapter may read the collection itself where a newer list is missing.
            let collections = kinds.flatMap { kind in
                kind.calls.contains { $0.operation == .list && $0.path == path }
                    ? kind.calls.filter { $0.operation == .create && $0.path != path }.map(\.path) : []
            }
            try await connected(pairing) { world, journal, _ async throws in
                Sweep.count()
                let before = world.sandbox.state
                let seen = world.writes.count
                let fault = SandboxFault(path: Route.pattern(path), effect: .noRoute(form))
                for journal in [journal, InMemoryJournal()] {
                    world.sandbox.setFaults([fault])
                    let count = world.sandbox.requests.count
                    let connector = try world.connector(pairing, journal: journal)
                    do {
                        let plan = try await connector.plan(DisconnectionRequest())
                        // It is a list of other objects, or the objects were known without it.
                        #expect(plan.resources.count { $0.deeds.plannedWord == "delete" } > 0 || plan.resources.isEmpty)
                        let sent = world.sandbox.requests.dropFirst(count)
                        let isReadElsewhere = sent.contains { $0.fault == nil && collections.contains($0.path) }
                        #expect(isReadElsewhere || !sent.contains { $0.fault != nil }, "\(path)")
                    } catch let error as ZentrunkError {
                        #expect(error.code == .unavailable, "\(path): \(error.message)")
                        #expect(
                            error.message.contains("answered"),
                            "\(path): \(error.message)")
                    }
                    world.sandbox.setFaults([])
                }
                #expect(world.writes.count == seen)
                #expect(world.sandbox.state == before)
                let end = try await world.disconnect(try world.connector(pairing, journal: journal))
                #expect(end.error == nil, "\(end.error?.message ?? "")")
            }
        }
    }
}
