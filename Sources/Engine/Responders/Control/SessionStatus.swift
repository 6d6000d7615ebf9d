import Cassettes
import Documents
import FaultRules
import HTTPMessages
import HopXProtocol

/// What is loaded in a session, how far it has been played, and what is still to come.
struct SessionStatus {
    private let session: Session
    private let services: Session.Services
    private let played: Set<Int>

    init(_ session: Session) {
        self.session = session
        services = session.services
        played = session.notes.played
    }

    /// One line of the list of sessions.
    var summary: JSONValue {
        [
            "session": .string(session.name),
            "cassette": (services.cassette?.header.name.text).map { .string($0) } ?? .null,
            "requests": .number(requestCount), "played": .number(played.count),
            "not_played": .number(notPlayed.count), "misses": .number(session.notes.misses.count),
        ]
    }

    /// All there is to tell.
    var json: JSONValue {
        let counts = session.journal.counts
        let requests = Service.allCases.map { ($0.rawValue, JSONValue.number(counts.count(of: [$0]))) }
        let now = session.clock.now
        return [
            "session": .string(session.name), "cassette": cassette,
            "requests": .object(JSONObject(requests)),
            "played": .array(played.sorted().compactMap { position in number(at: position).map { .number($0) } }),
            "not_played": .array(notPlayed),
            "misses": .array(session.notes.misses.map { .string($0.headline) }),
            "broken": .array(session.notes.broken.map { .string($0) }),
            "faults": .array(session.faults.standing.map(\.json)),
            "journal": [
                "kept": .number(session.journal.entries.count), "fallen_out": .number(session.journal.fallenOut),
                "bound": .number(Journal.bound),
            ],
            "clock": ["now": SessionStatus.seconds(now), "time": .string(HopXTime.text(now))],
            "sandboxes": services.sandboxes.map { sandboxes in
                .array(sandboxes.sandboxes.map { ["id": .string($0.id), "status": .string($0.status.rawValue)] })
            } ?? .null,
        ]
    }

    /// A finite number of seconds.
    static func seconds(_ seconds: Double) -> JSONValue { JSONNumber(seconds).map { .number($0) } ?? .null }

    private var requestCount: Int { session.journal.counts.count(of: Set(Service.allCases)) }

    private var cassette: JSONValue {
        guard let cassette = services.cassette else { return .null }
        return [
            "name": .string(cassette.header.name.text), "file": .string(cassette.file),
            "interactions": .number(cassette.index.count),
        ]
    }

    private func number(at position: Int) -> Int? {
        guard let index = services.cassette?.index, index.indices.contains(position) else { return nil }
        return index[position].number
    }

    /// Requests to models, and what code did: what a test would miss. Changes of sandboxes are simulated and do not
    /// count.
    private var notPlayed: [JSONValue] {
        guard let cassette = services.cassette else { return [] }
        return cassette.index.enumerated().filter { position, entry in
            !played.contains(position) && (entry.service != .hopx || CassetteOutcomes.isOutcome(entry.operation))
        }.map { _, entry in
            [
                "interaction": .number(entry.number), "service": .string(entry.service.rawValue),
                "operation": .string("\(entry.operation)"), "key": .string(entry.key.text),
            ]
        }
    }
}

extension FaultPlan.Standing {
    /// The rule as it was asked for, but for the answer's text, and how much of it is left.
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["path"] = rule.path.map { .string($0) }
        object["method"] = rule.method.map { .string($0) }
        object["services"] = rule.services.map { services in
            .array(Service.allCases.filter(services.contains).map { .string($0.rawValue) })
        }
        object["turn"] = rule.turn.map { .number($0) }
        if let chance = rule.chance {
            object["rate"] = SessionStatus.seconds(chance.rate)
            object["seed"] = .string(chance.seed)
        }
        if rule.delay > .zero { object["delay"] = SessionStatus.seconds(rule.delay / .seconds(1)) }
        switch rule.effect {
        case .delayOnly: break
        case .answer(let answer): object["status"] = .number(answer.status)
        case .malformed(let events):
            object["malformed"] = true
            object["after_events"] = events.map { .number($0) }
        case .drop(let events):
            object["drop"] = true
            object["after_events"] = events.map { .number($0) }
        }
        object["left"] = left.map { .number($0) } ?? .null
        return .object(object)
    }
}
