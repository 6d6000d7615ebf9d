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
        let leftovers = CassetteOutcomes.leftovers(of: cassette)
        return cassette.index.enumerated().filter { position, entry in
            !played.contains(position) && !leftovers.contains(position)
                && (entry.service != .hopx || CassetteOutcomes.isOutcome(entry.operation))
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
    var json: JSONValue {
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
        object["model"] = rule.model.map { .string($0) }
        object["session"] = rule.session.map { .string($0) }
        object["kind"] = .string(rule.name)
        if rule.delay > .zero { object["delay"] = SessionStatus.seconds(rule.delay / .seconds(1)) }
        switch rule.effect {
        case .delayOnly, .emptyAnswer: break
        case .answer(let answer): object["status"] = .number(answer.status)
        case .overload(let answer): object["retry_after"] = answer.retryAfter.map(SessionStatus.seconds)
        case .malformed(let events), .drop(let events): object["after_events"] = events.map { .number($0) }
        case .silence(let time): object["hold"] = SessionStatus.seconds(time / .seconds(1))
        case .trickle(let bytes, let pause):
            object["bytes"] = .number(bytes)
            object["every"] = SessionStatus.seconds(pause / .seconds(1))
        case .contentType(let type): object["content_type"] = .string(type)
        case .truncation(let events): object["after_events"] = .number(events)
        case .splitCharacter(let events, let drops):
            object["after_events"] = .number(events)
            object["drop"] = .bool(drops)
        }
        object["left"] = left.map { .number($0) } ?? .null
        return .object(object)
    }
}
