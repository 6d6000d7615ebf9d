import Cassettes
import Documents
import TestSupport
import Testing

@Suite struct CassetteAuditTests {
    private func audit(_ text: String, maximumAge: (Int, String)? = nil) throws -> CassetteAudit {
        let age = try maximumAge.map { (age: MaximumAge(days: $0.0), today: try #require(CalendarDay($0.1))) }
        return CassetteAudit(
            of: text.bytes, file: "c.yaml", literals: LiteralSecrets([("MY_KEY", "correct-horse-battery")]),
            maximumAge: age)
    }

    @Test func aGoodCassettePasses() throws {
        let audit = try audit(RandomStory.text([.chat(1, [user])]), maximumAge: (7, "2026-11-30"))
        #expect(audit.count == 1)
        #expect(audit.problems.isEmpty && audit.secrets.isEmpty && audit.torn.isEmpty && audit.age == nil)
    }

    @Test(arguments: [
        ("key: ", "key: f"), ("status: 200", "status: 200, sum: 00000000"), ("status: 200", "status: 200, what: 1"),
        ("name: random/story", "name: random/story\nwhat: 1"), ("...\n---", "---"),
    ])
    func whatIsBrokenIsAProblem(old: String, new: String) throws {
        let text = RandomStory.text([.chat(1, [user])])
        #expect(text.contains(old))
        let audit = try audit(text.replacing(old, with: new, maxReplacements: 1))
        #expect(!audit.problems.isEmpty)
    }

    @Test func secretsAndATornEndAreTold() throws {
        let text = RandomStory.text([
            .chat(1, [user], answer: "correct-horse-battery"), .chat(2, [user, user], answer: "sk-0123456789abcdef"),
        ])
        let audit = try audit(text + "---\ninter")
        #expect(audit.problems.isEmpty)
        #expect(
            audit.secrets.map(\.message) == [
                "interaction 1 has secrets in its answer: 1 MY_KEY",
                "interaction 2 has secrets in its answer: 1 openai-key",
            ])
        #expect(audit.torn.count == 1)
        #expect(!"\(audit)".contains("correct-horse"))
    }

    @Test(arguments: [(6, true), (7, false), (0, true), (10_000, false)])
    func anOldCassetteIsTold(days: Int, isTold: Bool) throws {
        let audit = try audit(RandomStory.text([.chat(1, [user])]), maximumAge: (days, "2026-11-30"))
        #expect((audit.age != nil) == isTold)
        if isTold { #expect(audit.age?.message == "recorded on 2026-11-23, 7 days ago") }
    }

    @Test func aCassetteWithoutADayIsOfNoAge() throws {
        let text = RandomStory.text([.chat(1, [user])]).replacing("2026-11-23", with: "lately")
        #expect(try audit(text, maximumAge: (10_000, "2026-11-30")).age != nil)
        #expect(try audit(text).age == nil)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 11016), ("2026-11-23", 20780), ("0001-01-01", -719_162),
        ("9999-12-31", 2_932_896),
    ])
    func daysAreCounted(text: String, days: Int) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.daysSince1970 == days && day.description == text)
    }

    @Test(arguments: [
        "", "2026-11-31", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "26-01-01", "2026-1-01",
        "2026-11-23T", "٢٠٢٦-11-23", "+026-11-23",
    ])
    func whatIsNoDayIsNone(text: String) { #expect(CalendarDay(text) == nil) }
}
