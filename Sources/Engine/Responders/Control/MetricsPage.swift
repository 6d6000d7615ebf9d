import Cassettes
import HTTPMessages

/// Metrics of some sessions together, in Prometheus' text format.
struct MetricsPage {
    private let numbers: SessionMetrics.Numbers
    private let sessionCount: Int

    init(_ sessions: [Session]) {
        numbers = sessions.map(\.metrics.numbers).reduce(SessionMetrics.Numbers(), +)
        sessionCount = sessions.count
    }

    var text: String {
        var lines: [String] = []
        lines += MetricsPage.head("understudy_requests_total", "counter", "Requests by service and outcome.")
        let cells = numbers.requests.map {
            (service: $0.service.rawValue, outcome: $0.outcome?.rawValue ?? "none", count: $1)
        }
        for cell in cells.sorted(by: { ($0.service, $0.outcome) < ($1.service, $1.outcome) }) {
            lines.append(
                #"understudy_requests_total{service="\#(cell.service)",outcome="\#(cell.outcome)"} \#(cell.count)"#)
        }
        lines += MetricsPage.head("understudy_misses_total", "counter", "Requests for which there was no recording.")
        lines.append(
            "understudy_misses_total \(numbers.requests.reduce(0) { $0 + ($1.key.outcome == .miss ? $1.value : 0) })")
        lines += MetricsPage.head(
            "understudy_request_duration_seconds", "histogram",
            "From a request's arrival to the beginning of its answer.")
        for (service, latencies) in numbers.latencies.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            lines += MetricsPage.histogram(latencies, service)
        }
        lines += MetricsPage.head("understudy_open_streams", "gauge", "Streams that are being read.")
        lines.append("understudy_open_streams \(numbers.openStreams)")
        lines += MetricsPage.head("understudy_sessions", "gauge", "Sessions that are counted here.")
        lines.append("understudy_sessions \(sessionCount)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func head(_ name: String, _ type: String, _ help: String) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
    }

    private static func histogram(_ latencies: SessionMetrics.Latencies, _ service: Service) -> [String] {
        let name = "understudy_request_duration_seconds"
        let label = #"service="\#(service.rawValue)""#
        var sum = 0
        let bounds = SessionMetrics.Latencies.bounds.map { "\($0)" } + ["+Inf"]
        let buckets = zip(bounds, latencies.buckets).map { bound, count in
            sum += count
            return #"\#(name)_bucket{\#(label),le="\#(bound)"} \#(sum)"#
        }
        return buckets + ["\(name)_sum{\(label)} \(latencies.seconds)", "\(name)_count{\(label)} \(latencies.count)"]
    }
}
