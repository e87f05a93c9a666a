import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Deeds and their words")
struct DeedTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var deeds: [Deed]
        var planned: String
        var done: String
        var testDescription: String { "\(deeds.map(\.rawValue))" }

        init(_ deeds: [Deed], _ planned: String, _ done: String) {
            (self.deeds, self.planned, self.done) = (deeds, planned, done)
        }
    }

    @Test(
        "Documents have the documented words for what is planned and done",
        arguments: [
            Row([], "keep", "kept"), Row([.make], "create", "created"), Row([.change], "update", "updated"),
            Row([.rename, .make, .remove], "replace", "replaced"), Row([.remove], "delete", "deleted"),
            Row([.putBack], "update", "restored"), Row([.setRoute], "create", "created"),
            Row([.moveRoute], "update", "updated"), Row([.giveBackRoute], "update", "restored"),
            Row([.detachRoute], "delete", "restored"),
        ])
    func words(_ row: Row) {
        #expect(row.deeds.plannedWord == row.planned)
        #expect(row.deeds.doneWord == row.done)
    }

    @Test(
        "A single write is named by what it does, whatever the object",
        arguments: [
            (.make, "create"), (.rename, "update"), (.change, "update"), (.remove, "delete"), (.putBack, "restore"),
            (.setRoute, "update"), (.moveRoute, "update"), (.giveBackRoute, "restore"), (.detachRoute, "delete"),
        ] as [(Deed, String)])
    func writes(_ deed: Deed, _ word: String) { #expect(deed.word == word) }

    @Test("Each deed concerns a route or another object, and makes, alters, restores or ends it")
    func properties() {
        #expect(Deed.allCases.filter(\.isOfRoute) == [.setRoute, .moveRoute, .giveBackRoute, .detachRoute])
        #expect(Deed.allCases.filter(\.alters) == [.rename, .change, .setRoute, .moveRoute])
        #expect(Deed.allCases.filter(\.restores) == [.putBack, .giveBackRoute])
        #expect(Deed.allCases.filter { !$0.alters && !$0.restores } == [.make, .remove, .detachRoute])
    }

    @Test(
        "Undo undoes a plan's deeds",
        arguments: [
            ([.make], .make, "create"), ([.change], .putBack, "restore"),
            ([.rename, .make, .remove], .putBack, "restore"), ([.remove], .remove, "delete"),
            ([.putBack], .putBack, "restore"), ([.setRoute], .giveBackRoute, "restore"),
            ([.moveRoute], .giveBackRoute, "restore"), ([.giveBackRoute], .giveBackRoute, "restore"),
            ([.detachRoute], .detachRoute, "delete"),
        ] as [([Deed], Deed, String)])
    func undo(_ deeds: [Deed], _ deed: Deed, _ word: String) throws {
        var resource = PlannedResource(
            instance: InstanceID("x"), kind: "k", deeds: deeds, id: "1", after: [], changes: [], note: nil,
            needsConsent: false)
        let step = try #require(UndoPlan.Step(resource))
        #expect(step.deed == deed && step.word == word)
        resource.deeds = []
        #expect(UndoPlan.Step(resource) == nil)
    }

    @Test("What a run leaves behind is either nothing, undone, or a list")
    func aftermath() {
        let leftover = Leftover(instance: InstanceID("trunk"), kind: "carrier.trunk", id: "7", sentence: "it stays")
        #expect(Aftermath.left([leftover]).leftovers == [leftover])
        #expect(Aftermath.undone.leftovers == [] && Aftermath.nothingWritten.leftovers == [])
    }
}
