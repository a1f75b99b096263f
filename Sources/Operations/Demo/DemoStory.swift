internal import Casework
internal import Foundation
internal import Kernel
internal import Ledger
internal import Organisation

/// Tells one demo matter from its letter to where it stands on the county's present day.
struct DemoStory {
    let world: DemoWorld
    let item: DemoPlan.Item
    let pattern: DemoData.Pattern
    var random: DemoRandom
    var scene: DemoScene
    var chronicle: CaseChronicle
    var time: Instant
    /// How far it goes is decided at the start, so that old matters stand in every state too.
    var isForgotten: Bool

    /// The finished story.
    static func tell(_ item: DemoPlan.Item, number: String, in world: DemoWorld) throws -> CaseChronicle {
        var story = try DemoStory(item, number: number, in: world)
        try story.run()
        return story.chronicle
    }

    private init(_ item: DemoPlan.Item, number: String, in world: DemoWorld) throws {
        self.world = world
        self.item = item
        pattern = world.data.patterns[item.pattern]
        var random = DemoRandom(seed: world.seed, stream: UInt64(item.index) &* 2)
        var scene = DemoScene(
            pattern, world.data.county, writtenOn: world.zone.date(of: item.registeredAt), &random)
        let (opening, actor) = try Self.opening(item, pattern, number: number, &scene, &random, world)
        chronicle = try CaseChronicle(opening, by: actor, at: item.registeredAt, in: world.casework)
        isForgotten = item.halt == nil && random.chance(3)
        self.random = random
        self.scene = scene
        time = item.registeredAt
    }

    private mutating func run() throws {
        if item.halt == .registered { return }
        guard try sendOut() else { return }
        if item.halt == .dispatched || item.halt == .objected { return }
        guard try accept() else { return }
        try gather()
        let isWithdrawn = item.halt == .withdrawn || (item.halt == nil && random.chance(3.5))
        if isWithdrawn { return try withdraw() }
        guard try work() else { return }
        if item.halt == .inHand || isForgotten { return }
        guard try answer() else { return }
        if item.halt == .replied { return }
        guard try deliver() else { return }
        if item.halt == .delivered { return }
        try judge()
        try finish()
    }

    // MARK: Helpers

    /// Moves on by some days; `false` when that lies after the present day: the story ends here.
    mutating func after(_ least: Double, _ most: Double, atWork: Bool = true) -> Bool {
        // Stories that must reach a state hurry.
        let pace = item.halt == nil ? 1 : 0.4
        let days = (least + (most - least) * random.fraction()) * pace
        let raw = time.adding(seconds: max(60, Int64(days * 86_400)))
        let next = atWork ? working(raw) : waking(raw)
        guard let moment = next <= world.now ? next : raw <= world.now ? raw : nil else { return false }
        time = max(moment, time.adding(seconds: 60))
        return time <= world.now
    }

    private mutating func working(_ instant: Instant) -> Instant {
        let zone = world.zone
        let (hour, minute, _) = zone.timeOfDay(of: instant)
        let date = zone.date(of: instant)
        let isOpen = date.weekday <= 5 && (8...16).contains(hour) && !(hour == 8 && minute < 30)
        if isOpen { return instant }
        var day = hour >= 17 ? date.adding(days: 1) : date
        while day.weekday > 5 { day = day.adding(days: 1) }
        let moment = zone.instant(of: day, hour: random.number(9...16), minute: random.number(0...59))
        return moment > instant ? moment : zone.instant(of: day, hour: 16, minute: 59)
    }

    private mutating func waking(_ instant: Instant) -> Instant {
        let zone = world.zone
        guard zone.timeOfDay(of: instant).hour < 7 else { return instant }
        return zone.instant(of: zone.date(of: instant), hour: random.number(7...9), minute: random.number(0...59))
    }

    /// A sentence of the common phrases with the scene's names filled in.
    mutating func phrase(_ kind: String) -> String {
        guard let template = random.pick(world.data.phrases(kind)) else { return "" }
        return text(template)
    }

    mutating func text(_ template: DemoTemplate) -> String {
        let scene = self.scene
        return template.text(&random) { name, random in scene.value(name, &random) }
    }

    mutating func actor(_ roles: Role..., of unit: UnitID) throws -> Actor {
        try world.actor(roles, of: unit, &random)
    }

    mutating func take(_ command: CaseCommand, by actor: Actor) throws {
        try chronicle.take(command, by: actor, at: time)
    }

    /// A text for the next command from the common phrases.
    mutating func words(_ kind: String, isIndexed: Bool = false) -> TextReference {
        let words = phrase(kind)
        return chronicle.text(words, isIndexed: isIndexed)
    }

    var state: CaseState { chronicle.state }
}
