public import Organisation

/// The rules that come with the program, read once for all tests of a run: reading them is slow in a debug build.
public enum TestRules {
    /// The rule packs.
    public static let packs = try! RulePacks.builtIn()
    /// The calendar.
    public static let calendar = try! WorkingCalendar.builtIn()
    /// The rule library.
    public static let law = try! LawLibrary.builtIn()
    /// The packs with an own hotline rule that asks for a call two days after the answer.
    public static let withCallBack = RulePacks(
        packs.packs + [
            try! RulePack(yaml: try! RulePacks.exampleTexts()[0].replacing("afterDays: 0", with: "afterDays: 2"))
        ])
}
