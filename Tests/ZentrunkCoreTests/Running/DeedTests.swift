import Testing
import ZentrunkJSON

@testable import ZentrunkCore

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
        "A planned resource has deeds of its kind",
        arguments: [
            (.create, false, nil, [.make]), (.create, true, nil, [.setRoute]), (.update, false, nil, [.change]),
            (.update, true, nil, [.moveRoute]), (.replace, false, nil, [.rename, .make, .remove]),
            (.delete, false, nil, [.remove]), (.keep, false, nil, []), (.keep, true, nil, []),
            (.update, false, .values([:]), [.putBack]), (.update, true, .values([:]), [.giveBackRoute]),
            (.delete, true, .byDeleting(InstanceID("trunk")), [.detachRoute]),
        ] as [(PlannedResource.Action, Bool, PlannedResource.Restoration?, [Deed])])
    func planned(
        _ action: PlannedResource.Action, _ isRoute: Bool, _ restoration: PlannedResource.Restoration?, _ deeds: [Deed]
    ) {
        let resource = PlannedResource(
            instance: InstanceID("x"), kind: "k", action: action, id: "1", after: [], changes: [], note: nil,
            needsConsent: false, isRoute: isRoute, restoration: restoration)
        #expect(resource.deeds == deeds)
    }

    @Test(
        "Undo undoes a plan's deeds",
        arguments: [
            ([.make], "create"), ([.change], "restore"), ([.rename, .make, .remove], "restore"), ([.remove], "delete"),
        ] as [([Deed], String)])
    func undo(_ deeds: [Deed], _ word: String) throws {
        let actions: [[Deed]: PlannedResource.Action] = [
            [.make]: .create, [.change]: .update, [.rename, .make, .remove]: .replace, [.remove]: .delete,
        ]
        let resource = PlannedResource(
            instance: InstanceID("x"), kind: "k", action: try #require(actions[deeds]), id: "1", after: [],
            changes: [], note: nil, needsConsent: false)
        #expect(UndoPlan.Step(resource)?.word == word)
    }

    @Test("What a run leaves behind is either nothing, undone, or a list")
    func aftermath() {
        let leftover = Leftover(instance: InstanceID("trunk"), kind: "carrier.trunk", id: "7", sentence: "it stays")
        #expect(Aftermath.left([leftover]).leftovers == [leftover])
        #expect(Aftermath.undone.leftovers == [] && Aftermath.nothingWritten.leftovers == [])
    }
}
