import BulwarkProvenance

/// Keys that OpenSSL 3.0 has made, and one that Python's cryptography has encrypted; they protect nothing.
enum ForeignKeys {
    /// A private key with the public one that OpenSSL computes for it.
    static let pairs: [(algorithm: SignatureAlgorithm, privateKey: String, publicKey: String)] = [
        (.ecdsaP256, curve, curvePublic), (.ecdsaP384, p384, p384Public), (.ecdsaP521, p521, p521Public),
        (.ed25519, edwards, edwardsPublic),
    ]

    /// `openssl ecparam -name prime256v1 -genkey`, with the curve in front (RFC 5915).
    private static let curve = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEILqKM5S+SxEffQ/BhorVmp75QvP0hRZFGHePgUj0q/QWoAoGCCqGSM49
        AwEHoUQDQgAEIRHV14HZhiloOM0LtxE3Ca3uHpBJbTVn7yEkt1GV38kA9lQnd5o/
        1NAmHnwcJfR11s3sbd7hjFhvDwd70FFMkg==
        -----END EC PRIVATE KEY-----
        """

    private static let curvePublic = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHV14HZhiloOM0LtxE3Ca3uHpBJ
        bTVn7yEkt1GV38kA9lQnd5o/1NAmHnwcJfR11s3sbd7hjFhvDwd70FFMkg==
        -----END PUBLIC KEY-----
        """

    /// `openssl genpkey`, PKCS#8.
    private static let p384 = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAk2o75vrp5lOFs5cHs
        DlyHchCxDRdfD2cuxj0SGiqdbQB5dqmnNx/sbCuhG2NWUWahZANiAARMc1K365+I
        ECLck0sxdbXCDtl4Q8c3Qb/z7M9itrDdPMBxTJ9Psmden4JDwBuSqtOtA2+8VEad
        /e3oSR6mi8aMyNq2SZL7Y6aC/gKmj1ZnA768MUsn+jlUVJeO07dmLNE=
        -----END PRIVATE KEY-----
        """

    private static let p384Public = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAETHNSt+ufiBAi3JNLMXW1wg7ZeEPHN0G/
        8+zPYraw3TzAcUyfT7JnXp+CQ8AbkqrTrQNvvFRGnf3t6EkepovGjMjatkmS+2Om
        gv4Cpo9WZwO+vDFLJ/o5VFSXjtO3ZizR
        -----END PUBLIC KEY-----
        """

    private static let p521 = """
        -----BEGIN PRIVATE KEY-----
        MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIBI+g4R+SSuYSO2V1c
        mCfJO1CHC630yQDcwzdmUQbHrAZFhr2ZKxwqjOIEpanAndDSdNc0IlW6xrvaI9qB
        yUuXiGahgYkDgYYABAD//v9xwo+Ww7AjMnR2XWRgLZgY/VQR274wbtVToxQNeJ8o
        f1KGveA0zol5oyjI7WdSJhl70M8emZCCHwIhQ2TlMQADTn/zjTZbn67/4mPM7k50
        tVLeGmjJaP/oIlirucedTcpquoPPjwVmaCaEdkzVBVBQ0r1htmmEOkP5IrvQ+SwE
        UQ==
        -----END PRIVATE KEY-----
        """

    private static let p521Public = """
        -----BEGIN PUBLIC KEY-----
        MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQA//7/ccKPlsOwIzJ0dl1kYC2YGP1U
        Edu+MG7VU6MUDXifKH9Shr3gNM6JeaMoyO1nUiYZe9DPHpmQgh8CIUNk5TEAA05/
        8402W5+u/+JjzO5OdLVS3hpoyWj/6CJYq7nHnU3KarqDz48FZmgmhHZM1QVQUNK9
        YbZphDpD+SK70PksBFE=
        -----END PUBLIC KEY-----
        """

    private static let edwards = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAj88MgtdoZvoLtHvLOk9fVnCAeF9RaoflKeov7Rhkvd
        -----END PRIVATE KEY-----
        """

    private static let edwardsPublic = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA6t7RIpEn+Y5oWVQOM6IVAhCU69REWu5bmb7l+jLO0iA=
        -----END PUBLIC KEY-----
        """

    /// `openssl pkcs8 -topk8 -scrypt -v2 aes-256-cbc`, which does not notice every change.
    static let encryptedWithoutTag = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAhbSFLQvKcZGAICQAAC
        AQgCAQEwHQYJYIZIAWUDBAEqBBDEH3W+rKCeDxOLTbXiOMS8BEC+81s4LopWO7Vo
        +S0Vk+EeQtrp94vUWBsWjakRlYFLigcosm5sopUguoQEiMoIMDV1kGDrQtuLwfw+
        kSJ2KZnm
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// The Ed25519 key with AES-256-GCM under "correct horse": scrypt with N = 16, r = 8, p = 1.
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGeMFoGCSqGSIb3DQEFDTBNMCsGCSsGAQQB2kcECzAeBBAAAQIDBAUGBwgJCgsM
        DQ4PAgEQAgEIAgEBAgEgMB4GCWCGSAFlAwQBLjARBAwAAQIDBAUGBwgJCgsCARAE
        QAQJFi/JZCrKgB1VW0KuyqzJsvDW6/keqWuRyKb9CfEJlR/ntRPXtaju+LIofyzc
        3NR+POGqHKbVJc5OOGk3+Sg=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
