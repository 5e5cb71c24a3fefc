import BulwarkProvenance

/// A tree of names: what is more general stands above what it is made of, and `*` above all.
public struct TaxonomyTree: Sendable {
    /// The parent of each node; that of the root, which is node 0, is itself.
    package private(set) var parents = [0]
    /// What the nodes are called.
    package private(set) var names = ["*"]
    /// How many steps each is below the root.
    package private(set) var depths = [0]
    private var places: [ExactString: Int] = [:]
    private var hasChildren: Set<Int> = []

    package init() {}

    /// Adds a node below another; nil if there is one of that name.
    package mutating func add(_ name: String, below parent: Int = 0) -> Int? {
        guard places.updateValue(names.count, forKey: ExactString(name)) == nil else { return nil }
        hasChildren.insert(parent)
        parents.append(parent)
        names.append(name)
        depths.append(depths[parent] + 1)
        return names.count - 1
    }

    /// The number of nodes.
    package var count: Int { names.count }

    /// How deep the deepest leaf is.
    package var depth: Int { depths.max() ?? 0 }

    /// The leaf of a name; nil if there is none.
    package func leaf(_ name: String) -> Int? {
        places[ExactString(name)].flatMap { hasChildren.contains($0) ? nil : $0 }
    }

    /// How far it is from each node to the deepest leaf below it.
    package var heights: [Int] {
        var heights = [Int](repeating: 0, count: count)
        // Parents come before their children.
        for node in names.indices.dropFirst().reversed() {
            heights[parents[node]] = max(heights[parents[node]], heights[node] + 1)
        }
        return heights
    }

    /// The ancestor at a depth; the node itself if it is not deeper.
    package func ancestor(of node: Int, depth: Int) -> Int {
        var node = node
        while depths[node] > depth { node = parents[node] }
        return node
    }
}

/// Names become more general along a tree.
///
/// Level 1 is the depth just above the deepest leaves. A leaf that is nearer to the root stays what it is until
/// the level reaches its parent.
public struct TaxonomyHierarchy: GeneralizationHierarchy {
    private let tree: TaxonomyTree
    /// One less than the tree is deep.
    public let innerLevelCount: Int

    package init(_ tree: TaxonomyTree) {
        self.tree = tree
        innerLevelCount = max(tree.depth - 1, 0)
    }

    /// The ancestor of a leaf.
    ///
    /// - Throws: `UnfitValue` if it is no leaf of the tree.
    public func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String {
        guard let leaf = tree.leaf(text) else { throw UnfitValue("the value is no leaf of the taxonomy") }
        return tree.names[tree.ancestor(of: leaf, depth: tree.depth - level)]
    }
}
