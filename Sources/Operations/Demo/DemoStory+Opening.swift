internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation

extension DemoStory {
    /// The letter itself, and who took it in.
    static func opening(
        _ item: DemoPlan.Item, _ pattern: DemoData.Pattern, number: String, _ scene: inout DemoScene,
        _ random: inout DemoRandom, _ world: DemoWorld
    ) throws -> (ChronicleOpening, Actor) {
        let receiver = try receiver(item.channel, scene, &random, world)
        let actor =
            item.channel == .web ? Actor.newReporter : try world.actor([.receptionClerk], of: receiver, &random)
        let fill = { (template: DemoTemplate, scene: DemoScene, random: inout DemoRandom) in
            template.text(&random) { name, random in scene.value(name, &random) }
        }
        func phrase(_ kind: String, _ random: inout DemoRandom) -> String {
            random.pick(world.data.phrases(kind)).map { fill($0, scene, &random) } ?? ""
        }
        scene.title = random.pick(pattern.titles).map { fill($0, scene, &random) } ?? ""
        let isAnonymous = !pattern.isRestricted && random.chance(item.channel == .visit ? 3 : 10)
        var paragraphs: [String] = []
        switch item.channel {
        case .visit, .call, .homeVisit: paragraphs.append(phrase(item.channel.rawValue, &random))
        default: if random.chance(60) { paragraphs.append(phrase("greeting", &random)) }
        }
        let sentences = pattern.sentences.map { fill($0, scene, &random) }
        if random.chance(55) { paragraphs.append(sentences.joined()) } else { paragraphs += sentences }
        let wish = random.pick(pattern.wishes).map { fill($0, scene, &random) } ?? ""
        let hasWishApart = item.channel == .web ? random.chance(65) : random.chance(40)
        if !hasWishApart { paragraphs.append(wish) }
        if isAnonymous {
            paragraphs.append(phrase("anonymousClosing", &random))
        } else if random.chance(50), item.channel != .call {
            paragraphs.append(phrase("closing", &random))
        }
        var contact = Contact()
        if !isAnonymous {
            contact.name = scene.name(&random)
            // A range that no operator hands out.
            if random.chance(94) {
                contact.phone = "1380000" + String("\(10_000 + random.number(0...9_999))".suffix(4))
            }
            if random.chance(45) { contact.address = scene.fullPlace + (random.chance(50) ? scene.unitNumber : "") }
        }
        var opening = ChronicleOpening(
            number: number, channel: item.channel, title: scene.title, body: paragraphs.joined(separator: "\n"),
            receivedBy: receiver,
            reporter: ChronicleReporter(
                contact: contact, anonymous: isAnonymous,
                keepSecret: !isAnonymous && (pattern.keepsSecret || random.chance(5)),
                noReply: !isAnonymous && pattern.category == "13.02" && random.chance(60),
                codeName: "demo:\(world.seed):\(item.index)"))
        opening.place = random.chance(88) ? scene.fullPlace : nil
        opening.wish = hasWishApart ? wish : nil
        // Clerks set category and area at once; on the portal residents need not know them.
        if item.channel != .web || random.chance(35) {
            opening.category = pattern.category
            opening.area = scene.area
        }
        opening.urgency = pattern.isUrgent ? (random.chance(15) ? .danger : .urgent) : .normal
        opening.publishable = !pattern.isRestricted && !pattern.keepsSecret && random.chance(60)
        opening.receiverPassesOn = world.organisation.unit(receiver)?.kind == .countyOffice
        return (opening, actor)
    }

    private static func receiver(
        _ channel: Channel, _ scene: DemoScene, _ random: inout DemoRandom, _ world: DemoWorld
    ) throws -> UnitID {
        switch channel {
        case .web, .letter, .fax: try world.unit("LX")
        case .call: try world.unit(random.chance(65) ? "RX" : "LX")
        case .visit: random.chance(60) ? try world.unit("LX") : try world.office(ofArea: scene.area)
        case .homeVisit: try world.office(ofArea: scene.area)
        }
    }

    /// Where the matter belongs: by the catalogue, or by hand for suggestions and thanks.
    mutating func target() throws -> (unit: UnitID, entry: CatalogueMatch?) {
        let date = world.zone.date(of: time)
        if !pattern.category.hasPrefix("13") {
            let matches = world.organisation.catalogue(category: pattern.category, area: scene.area, on: date)
            if let match = matches.first { return (match.unit, match) }
        }
        switch pattern.place {
        case "hospital": return (try world.unit("WJ"), nil)
        case "school": return (try world.unit("JY"), nil)
        case "road": return (try world.unit("CG"), nil)
        default: return (try world.office(ofArea: scene.area), nil)
        }
    }
}
