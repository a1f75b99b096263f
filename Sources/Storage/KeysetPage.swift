/// One page of a long list, and where the next one starts. Lists page by the last seen key, never by OFFSET: the
/// hundredth page costs as much as the first.
public struct KeysetPage<Element: Sendable, Key: Sendable>: Sendable {
    /// The items, in order.
    public let items: [Element]
    /// The key of the last item when more follow.
    public let next: Key?

    /// - Parameters:
    ///   - fetched: the answer to `LIMIT limit + 1`.
    ///   - limit: items a page.
    ///   - key: the sort key of an item, the tie-breaker included.
    public init(fetched: [Element], limit: Int, key: (Element) -> Key) {
        self.items = Array(fetched.prefix(limit))
        self.next = fetched.count > limit ? items.last.map(key) : nil
    }

    /// A page of finished items.
    public init(items: [Element], next: Key?) {
        self.items = items
        self.next = next
    }

    /// The same page with each item turned into something else.
    public func map<Other: Sendable>(_ transform: (Element) throws -> Other) rethrows -> KeysetPage<Other, Key> {
        KeysetPage<Other, Key>(items: try items.map(transform), next: next)
    }
}

extension KeysetPage: Equatable where Element: Equatable, Key: Equatable {}
