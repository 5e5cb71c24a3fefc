/// Where data come from, and which files they are.
///
/// The subject is the manifest, by its digest.
public struct DatasetPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .dataset }

    /// The manifest, whole.
    public let manifest: DataManifest

    /// A claim that the data are as a manifest says.
    public init(manifest: DataManifest) { self.manifest = manifest }

    /// Refuses a manifest that names a file twice or none.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) { try manifest.validate() }
}
