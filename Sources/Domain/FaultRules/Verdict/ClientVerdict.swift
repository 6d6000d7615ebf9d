import Documents
public import Transcripts

/// Judges what a client did about the faults that it met, from nothing but the requests as they passed.
public enum ClientVerdict {
    /// A row for each fault, in the order in which they hit.
    ///
    /// A repetition answers one fault only, the earliest that still waits for it: two askers of the same thing are not
    /// taken for one that retries, unless they ask at the same time and are both hit.
    ///
    /// - Parameters:
    ///   - requests: All of one session from its first fault on, in order of arrival.
    ///   - session: Named in each row; nil where there is only one.
    public static func reactions(to requests: [PassedRequest], session: String? = nil) -> [FaultReaction] {
        let judging = Judging(requests)
        return judging.rows.map { row in
            var row = row
            row.session = session
            return row
        }
    }
}

/// One look at the requests of a session.
private struct Judging {
    private let requests: [PassedRequest]
    /// Where a fault's request came again: index to index.
    private var retries: [Int: Int] = [:]

    init(_ requests: [PassedRequest]) {
        self.requests = requests
        var taken: Set<Int> = []
        for (index, request) in requests.enumerated() where request.fault != nil {
            let retry = indices(after: index).first { later in
                !taken.contains(later) && requests[later].service == request.service
                    && requests[later].key == request.key
            }
            guard let retry else { continue }
            taken.insert(retry)
            retries[index] = retry
        }
    }

    /// Requests that came when a request was over; all later ones where its client left, as that is noticed late.
    private func indices(after index: Int) -> some Sequence<Int> {
        let end = requests[index].fault?.clientLeft == true ? nil : requests[index].end
        return ((index + 1)..<requests.count).lazy.filter { [requests] later in
            end.map { requests[later].start >= $0 } ?? true
        }
    }

    var rows: [FaultReaction] {
        var rows: [Int: FaultReaction] = [:]
        // From the end, as a row says how those that follow it came out.
        for (index, request) in requests.enumerated().reversed() {
            guard let fault = request.fault else { continue }
            rows[index] = row(index, request, fault, later: rows)
        }
        return rows.sorted { $0.key < $1.key }.map(\.value)
    }

    private func row(
        _ index: Int, _ request: PassedRequest, _ fault: PassedRequest.Fault, later rows: [Int: FaultReaction]
    ) -> FaultReaction {
        var row = FaultReaction(
            fault: fault.name, status: request.status, service: request.service, operation: request.operation,
            model: request.model, turn: request.turn, reaction: .gaveUp, retryAfter: fault.retryAfter)
        let retry = retries[index]
        if fault.isOnlyLate, fault.clientLeft == false || (fault.clientLeft == nil && retry == nil) {
            row.reaction = .waited
            row.recovered = isAnswered(request.status)
            return row
        }
        if let repeated = repetition(of: fault.text, after: index), retry.map({ repeated < $0 }) ?? true {
            row.reaction = .accepted
            return row
        }
        if let retry {
            let next = rows[retry]
            row.reaction = .retried
            row.retries = 1 + (next?.retries ?? 0)
            row.recovered = next?.recovered ?? isAnswered(requests[retry].status)
            row.wait = wait(from: index, to: retry)
            if let asked = fault.retryAfter { row.obeyedRetryAfter = row.wait.map { $0 >= asked - Judging.tolerance } }
            row.backedOff = backedOff(index, retry)
            return row
        }
        if let other = fallback(after: index) {
            row.reaction = .fellBack
            row.fallback = requests[other].model
            row.wait = wait(from: index, to: other)
            row.recovered = rows[other]?.recovered ?? isAnswered(requests[other].status)
            return row
        }
        let looksWhole = fault.name == "truncated"
        let mayBeTaken = ["truncated_utf8", "malformed", "content_type", "empty", "answer"].contains(fault.name)
        if looksWhole || (mayBeTaken && request.status.map { $0 < 400 } ?? false && goesOn(after: index)) {
            row.reaction = .accepted
        }
        return row
    }

    /// Clocks of two programs differ, and a sleep is as exact as the system makes it.
    private static let tolerance = 0.005

    private func isAnswered(_ status: Int?) -> Bool { status.map { $0 < 400 } ?? false }

    private func wait(from index: Int, to later: Int) -> Double? {
        requests[index].end.map { max(0, requests[later].start - $0) }
    }

    /// Compares with the wait before this request, if it was itself a repetition.
    private func backedOff(_ index: Int, _ retry: Int) -> Bool? {
        guard let before = retries.first(where: { $0.value == index })?.key,
            requests[index].fault?.retryAfter == nil, requests[before].fault?.retryAfter == nil,
            let earlier = wait(from: before, to: index), let now = wait(from: index, to: retry)
        else { return nil }
        return now > earlier
    }

    /// The first later request in which the text of a cut answer is said again.
    private func repetition(of text: String?, after index: Int) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        return indices(after: index).first { requests[$0].text.firstUTF8Range(of: text) != nil }
    }

    private func fallback(after index: Int) -> Int? {
        let request = requests[index]
        guard let question = request.question else { return nil }
        return indices(after: index).first { later in
            let other = requests[later]
            return other.question == question && (other.model != request.model || other.service != request.service)
        }
    }

    private func goesOn(after index: Int) -> Bool {
        indices(after: index).contains { requests[$0].service == requests[index].service }
    }
}
