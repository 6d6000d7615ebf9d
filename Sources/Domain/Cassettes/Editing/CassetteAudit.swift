public import Documents

/// All that is wrong with a cassette: what keeps it from being played, and what a person should see to.
public struct CassetteAudit: Sendable {
    /// Stale keys, wrong sums, unknown members, missing contents: such a cassette does not play.
    public var problems: [Diagnostic] = []
    /// Secrets that are still in it.
    public var secrets: [Diagnostic] = []
    /// A torn end.
    public var torn: [Diagnostic] = []
    /// Set when it is older than was asked for, or does not say how old it is.
    public var age: Diagnostic?
    /// How many interactions were read.
    public var count = 0

    /// - Parameters:
    ///   - literals: Values that must not be in it.
    ///   - maximumAge: In days, and the day from which it is counted back; nil when any age is fine.
    public init(
        of bytes: [UInt8], file: String, literals: LiteralSecrets, beside: (any BesideFiles)? = nil,
        maximumAge: (days: Int, today: CalendarDay)? = nil
    ) {
        let cassette: Cassette
        do {
            cassette = try Cassette(bytes, file: file, beside: beside)
            torn = cassette.warnings
            count = cassette.index.count
            problems = cassette.check()
            if let (days, today) = maximumAge { age = CassetteAudit.age(of: cassette, atMost: days, today) }
            secrets = try CassetteRedaction.apply(to: bytes, file: file, literals: literals, beside: beside).findings
        } catch let error as Diagnostics {
            // Where documents cannot be read, secrets are looked for once they can.
            problems += error.all.filter { !problems.contains($0) }
        } catch {
            problems.append(Diagnostic(file: file, "\(error)"))
        }
    }

    private static func age(of cassette: Cassette, atMost days: Int, _ today: CalendarDay) -> Diagnostic? {
        let fix = "understudy record \(cassette.header.name)"
        guard let recorded = CalendarDay(cassette.header.recordedOn) else {
            return Diagnostic(
                .warning, file: cassette.file, at: .start, "it does not say when it was recorded",
                expected: "recorded: {on: YYYY-MM-DD}", fix: fix)
        }
        let age = today.daysSince1970 - recorded.daysSince1970
        guard age > days else { return nil }
        return Diagnostic(
            .warning, file: cassette.file, at: .start, "recorded on \(recorded), \(age) days ago",
            expected: "at most \(days) days",
            fix: fix)
    }
}
