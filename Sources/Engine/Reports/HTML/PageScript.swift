/// The program of a report's page: builds it from the report's data, and answers to keys and clicks.
///
/// One program in another language, in parts that follow each other. It asks nobody for anything, but where a page is served
/// live, its own server.
enum PageScript {
    static let whole = [element, text, conversation, difference, page, key, live].joined(separator: "\n")
}
