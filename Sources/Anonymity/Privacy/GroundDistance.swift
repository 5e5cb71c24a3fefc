/// How far apart two sensitive values are (Li, Li and Venkatasubramanian, "t-Closeness: Privacy Beyond
/// k-Anonymity and l-Diversity", ICDE 2007, section 5).
public enum GroundDistance: Sendable {
    /// All values are equally far from each other.
    case equal
    /// Numbers: how many ranks lie between them, over the number of ranks less one. Ranks are those of the
    /// distinct numbers in the table.
    case numeric
    /// As `numeric`, with the ranks of a list.
    case ordered([String])
    /// How high their nearest common ancestor is, over the height of the tree.
    case hierarchical(TaxonomyTree)
}
