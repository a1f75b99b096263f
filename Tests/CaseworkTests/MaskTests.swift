import Foundation
import Ledger
import Testing

@testable import Casework

@Suite struct MaskTests {
    private func found(_ text: String, _ contacts: [Contact] = []) -> [String] {
        MaskSuggester(contacts).suggestions(in: text).map { "\($0.kind.rawValue):\($0.text)" }
    }

    @Test(arguments: [
        ("我叫王小明，家里停水。", "name:王小明"), ("本人姓李，住在城东。", "name:李"), ("联系人：赵测试，请回电", "name:赵测试"),
        ("我叫欧阳测试。", "name:欧阳测试"), ("我叫张三是业主", "name:张三"), ("请找刘主任。", "name:刘"),
        ("谢谢陈测试老师的帮助", "name:陈测试"), ("My name is John Smith.", "name:John Smith"),
        ("我的电话13800000027", "phone:13800000027"), ("电话：138-0000-0027", "phone:138-0000-0027"),
        ("请打 0990-8500001", "phone:0990-8500001"), ("电话８５００００１２", "phone:８５００００１２"),
        ("尾号138****0027", "phone:138****0027"), ("身份证 110101199001010015", "identity:110101199001010015"),
        ("邮箱 a.b@example.com", "email:a.b@example.com"), ("车牌 京A12345", "plate:京A12345"),
        ("车号川A·D12345。", "plate:川A·D12345"), ("微信号：wx_test01", "handle:wx_test01"),
        ("住3单元502", "address:3单元502"), ("锦绣家园3栋2单元502室漏水", "address:3栋2单元502室"),
        ("8号楼1203室", "address:8号楼1203室"), ("人民路12号门口", "address:12号"), ("三单元602", "address:三单元602"),
        ("卡号 6222020200112233445", "account:6222020200112233445"),
    ])
    func forms(_ text: String, _ expected: String) {
        #expect(found(text) == [expected], "\(text)")
    }

    @Test(arguments: [
        "相关部门没有人来。", "请有关领导查一查。", "我是小区业主", "公安局的同志来过。", "地铁3号线施工。", "2019年5月1号停水。", "水费 1200 元",
        "3栋的路灯不亮。", "学校的校长很负责。", "尊敬的领导您好", "京东的快递", "物业经理不管", "A市A2区", "全校老师都来了",
    ])
    func nothingWhereNothingIs(_ text: String) {
        #expect(found(text).isEmpty, "\(text)")
    }

    @Test func theCheckDigitDecidesTheReason() {
        let reasons = MaskSuggester().suggestions(in: "110101199001010015 和 11010119900101001X").map(\.reason)
        #expect(reasons == [.identityChecked, .identityForm] || reasons == [.identityForm, .identityChecked])
        #expect(MaskSuggester.hasCheckDigit("11010519491231002X"))
        #expect(!MaskSuggester.hasCheckDigit("110105194912310021"))
    }

    @Test func knownDataIsFoundWhereverItStands() {
        let contact = Contact(name: "钱测试", phone: "0990-000", address: "柳溪村东头")
        let text = "上次钱测试来过，打 0990-000 没人接，就在柳溪村东头。"
        #expect(found(text, [contact]) == ["name:钱测试", "phone:0990-000", "address:柳溪村东头"])
    }

    @Test func masksAreAppliedInPlace() {
        let text = "我叫王小明，电话13800000027，住3单元502。"
        let masks = MaskSuggester().suggestions(in: text)
        #expect(MaskSuggestion.applied(masks, to: text) == "我叫〔姓名〕，电话〔电话〕，住〔门牌〕。")
        #expect(MaskSuggestion.applied([], to: text) == text)
        #expect(MaskSuggestion.applied([masks[1]], to: text) == "我叫王小明，电话〔电话〕，住3单元502。")
    }

    /// A signature is the last line.
    @Test func signatures() {
        #expect(found("路灯坏了。\n此致\n敬礼\n王小明\n2026年5月1日") == ["name:王小明"])
        #expect(found("路灯坏了，请来看看。").isEmpty)
    }
}
