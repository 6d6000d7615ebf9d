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
    ///   - maximumAge: And the day from which it is counted back; nil when any age is fine.
    public init(
        of bytes: [UInt8], file: String, literals: LiteralSecrets, beside: (any BesideFiles)? = nil,
        maximumAge: (age: MaximumAge, today: CalendarDay)? = nil
    ) {
        let cassette: Cassette
        do {
            cassette = try Cassette(bytes, file: file, beside: beside)
            torn = cassette.warnings
            count = cassette.index.count
            problems = cassette.check()
            age = maximumAge.flatMap { cassette.warning(ofAge: $0.age, on: $0.today) }
            secrets = try CassetteRedaction.apply(to: bytes, file: file, literals: literals, beside: beside).findings
        } catch let error as Diagnostics {
            // Where documents cannot be read, secrets are looked for once they can.
            problems += error.all.filter { !problems.contains($0) }
        } catch {
            problems.append(Diagnostic(file: file, "\(error)"))
        }
    }
}
