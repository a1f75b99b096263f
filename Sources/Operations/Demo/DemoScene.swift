internal import Foundation
internal import Kernel

/// Where and with whom a demo matter happens; answers the names in its texts, always the same within one matter.
struct DemoScene: Sendable {
    let area: String
    let areaName: String
    let place: String
    /// The place with its street and building, as somebody would write it on the envelope.
    let fullPlace: String
    let building: String
    let unitNumber: String
    let village: String
    let school: String
    let market: String
    let hospital: String
    let company: String
    let surname: String
    let givenName: String
    let isWoman: Bool
    let writtenOn: LocalDate
    private let daysBefore: Int
    private let timeOfDay: String
    var office = ""
    var title = ""
    var law = "《信访工作条例》"
    /// The date of the reply, while one is written.
    var repliedOn: LocalDate?
    var visitedOn: LocalDate?

    init(_ pattern: DemoData.Pattern, _ county: DemoData.County, writtenOn: LocalDate, _ random: inout DemoRandom) {
        let names = Dictionary(county.areas.map { ($0.code, $0.zh) }, uniquingKeysWith: { first, _ in first })
        let parents = Dictionary(county.areas.map { ($0.code, $0.parent) }, uniquingKeysWith: { first, _ in first })
        let code: String
        var placeName: String?
        switch pattern.place {
        case "estate":
            code = random.pick(county.places.estate.keys.sorted(), or: "990124001001")
            placeName = random.pick(county.places.estate[code] ?? [])
        case "road":
            code = random.pick(county.places.road.keys.sorted(), or: "990124001001")
            placeName = random.pick(county.places.road[code] ?? [])
        case "village":
            code = random.pick(county.places.village, or: "990124101101")
            placeName = names[code]
        default:
            code = random.pick(county.areas.map(\.code).filter { $0.count == 12 }, or: "990124001001")
        }
        area = code
        areaName = names[code] ?? ""
        school = random.pick(county.places.school, or: "")
        market = random.pick(county.places.market, or: "")
        hospital = random.pick(county.places.hospital, or: "")
        company = random.pick(county.places.company, or: "")
        village = random.pick(county.places.village, or: "").isEmpty ? areaName : names[code] ?? areaName
        switch pattern.place {
        case "school": placeName = school
        case "market": placeName = market
        case "hospital": placeName = hospital
        case "company": placeName = company
        default: break
        }
        place = placeName ?? areaName
        building = "\(random.number(1...28))号楼"
        unitNumber = "\(random.number(1...5))单元\(random.number(1...18))0\(random.number(1...4))"
        let street = parents[code].flatMap { $0 }.flatMap { names[$0] } ?? ""
        let detail = pattern.place == "estate" ? building : ""
        fullPlace = place == areaName ? "\(street)\(areaName)" : "\(street)\(areaName)\(place)\(detail)"
        surname = random.pick(county.surnames, or: "王")
        givenName = random.pick(county.given, or: "")
        isWoman = random.chance(52)
        self.writtenOn = writtenOn
        daysBefore = random.number(3...25)
        timeOfDay = random.pick(["早上六七点", "晚上八点到十点", "一到周末", "每天晚高峰", "夜里十一点以后"], or: "晚上")
    }

    /// 王女士
    var salutation: String { surname + (isWoman ? "女士" : "先生") }

    /// How the resident is called, as people leave their names.
    func name(_ random: inout DemoRandom) -> String { random.chance(45) ? salutation : surname + givenName }

    /// The value of a name in a text.
    func value(_ name: String, _ random: inout DemoRandom) -> String? {
        switch name {
        case "area": areaName
        case "place": place
        case "building": building
        case "unitNo": unitNumber
        case "village": village
        case "school": school
        case "market": market
        case "hospital": hospital
        case "company": company
        case "salutation": salutation
        case "title": title
        case "office": office
        case "law": law
        case "time": timeOfDay
        case "date": Self.text(writtenOn.adding(days: -daysBefore))
        case "visitDate": Self.text(visitedOn ?? writtenOn)
        case "replyDate": Self.text(repliedOn ?? writtenOn)
        case "month": month(&random)
        default: nil
        }
    }

    /// In a letter a month before, in a reply a month to come.
    private func month(_ random: inout DemoRandom) -> String {
        let months = random.number(1...3)
        let date = repliedOn.map { $0.adding(days: months * 30) } ?? writtenOn.adding(days: -months * 30)
        return "\(date.parts.month)月"
    }

    private static func text(_ date: LocalDate) -> String { "\(date.parts.month)月\(date.parts.day)日" }
}
