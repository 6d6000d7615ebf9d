/// A cassette's first document: what it is, who made it, and the rules it is played by.
public struct CassetteHeader: Sendable, Equatable {
    /// Where a service's recordings come from.
    public struct Origin: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable { case live, sandbox, script, imported, edited }

        public var service: Service
        /// The address or the word (`script`, `sandbox`) that stood behind the recorder.
        public var upstream: String
        public var from: Kind

        public init(service: Service, upstream: String, from: Kind) {
            self.service = service
            self.upstream = upstream
            self.from = from
        }
    }

    public var name: CassetteName
    /// The program that recorded it, with its version.
    public var recordedBy: String
    /// `YYYY-MM-DD`.
    public var recordedOn: String
    public var origins: [Origin]
    public var rules: MatchRules

    public init(
        name: CassetteName, recordedBy: String, recordedOn: String, origins: [Origin], rules: MatchRules = MatchRules()
    ) {
        self.name = name
        self.recordedBy = recordedBy
        self.recordedOn = recordedOn
        self.origins = origins
        self.rules = rules
    }

    public func origin(of service: Service) -> Origin? { origins.first { $0.service == service } }
}
