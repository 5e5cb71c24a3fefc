/// A key with certificates that OpenSSL 3.0 has made, most of them for a hundred years; they protect nothing.
enum TestCertificates {
    /// The root, by itself.
    static let root = """
        -----BEGIN CERTIFICATE-----
        MIIBXDCCAQKgAwIBAgICEAAwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJVGVzdCBy
        b290MCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAUMRIwEAYDVQQD
        DAlUZXN0IHJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATx1PGhTterGlj9
        +w3WtvpJPkG8c1drzncTjOGe+X1rVvJlXvGr4kkIVdfrltZn/AjZ+VGjZSQwxJ8U
        xGBGDrBso0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAdBgNV
        HQ4EFgQU6ermAGsXVmug/imb18nKEWaF1pkwCgYIKoZIzj0EAwIDSAAwRQIhALG9
        lLDdSzNjfKTkiqUzGwdeIg/EiMFKZ2toli2ZTwkzAiA5jGDz6pq6rScXiccnvdhS
        W5oIyquRttZvZfeHyQ0twg==
        -----END CERTIFICATE-----

        """

    /// Issued by the root.
    static let issuer = """
        -----BEGIN CERTIFICATE-----
        MIIBfzCCASWgAwIBAgICEAEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJVGVzdCBy
        b290MCAXDTI2MDEwMTAwMDAwMFoYDzIxMjYwMTAxMDAwMDAwWjAWMRQwEgYDVQQD
        DAtUZXN0IGlzc3VlcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGrQb1P+SsPX
        E1SgeqtaAFBcDVRiHUKe/4tadakblu7+l4ZaxN1NYurYsFxunE5YbblH5LRM3WSN
        +PsyuVuCQt2jYzBhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0G
        A1UdDgQWBBSytqsLByP5b314u2v4tmrQI3AIKjAfBgNVHSMEGDAWgBTp6uYAaxdW
        a6D+KZvXycoRZoXWmTAKBggqhkjOPQQDAgNIADBFAiEAkisLmJizo0LeizxOOfAo
        Q5a3rBxSF0iybKaWjAQYIYkCIDz1UrZLYg2bMZZdfpXowJ2v8SeYf6PS92WW4Ee6
        hFEZ
        -----END CERTIFICATE-----

        """

    /// The key of the certificates below, ECDSA on P-256.
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWxYlq6UCw+kQ4kww
        fo2D3Wr+YvociDtb4g7TtKXI7FChRANCAAQP8EyB/8bfyJWY/j+T8NmE525RVtsT
        PXCNA6GqSlrItNUBiClMuOYN9fH5oZlqHcf5ESB0ks8/M3tQcx5/nUL7
        -----END PRIVATE KEY-----

        """

    /// Issued by the issuer: for code, CN=Test signer.
    static let signer = """
        -----BEGIN CERTIFICATE-----
        MIIBkzCCATmgAwIBAgICEAIwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLVGVzdCBp
        c3N1ZXIwIBcNMjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBYxFDASBgNV
        BAMMC1Rlc3Qgc2lnbmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED/BMgf/G
        38iVmP4/k/DZhOduUVbbEz1wjQOhqkpayLTVAYgpTLjmDfXx+aGZah3H+REgdJLP
        PzN7UHMef51C+6N1MHMwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYD
        VR0lBAwwCgYIKwYBBQUHAwMwHQYDVR0OBBYEFGyGPQmrHsqi9KEPIJoOp+GfAihn
        MB8GA1UdIwQYMBaAFLK2qwsHI/lvfXi7a/i2atAjcAgqMAoGCCqGSM49BAMCA0gA
        MEUCICHRE0kGhU08bBiKmTcRBFqOF72DX0LwQ9Ctl1Me9/3uAiEA9ixGaMXQDXor
        QpgWrf+fnINqsTLNGJ3lp8e9EF+pgQk=
        -----END CERTIFICATE-----

        """

    /// Issued by the issuer for the first day of 2026.
    static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBmDCCAT6gAwIBAgICEAMwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLVGVzdCBp
        c3N1ZXIwHhcNMjYwMTAxMDAwMDAwWhcNMjYwMTAyMDAwMDAwWjAdMRswGQYDVQQD
        DBJUZXN0IHNpZ25lciBvZiBvbGQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQP
        8EyB/8bfyJWY/j+T8NmE525RVtsTPXCNA6GqSlrItNUBiClMuOYN9fH5oZlqHcf5
        ESB0ks8/M3tQcx5/nUL7o3UwczAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIH
        gDATBgNVHSUEDDAKBggrBgEFBQcDAzAdBgNVHQ4EFgQUbIY9CaseyqL0oQ8gmg6n
        4Z8CKGcwHwYDVR0jBBgwFoAUsrarCwcj+W99eLtr+LZq0CNwCCowCgYIKoZIzj0E
        AwIDSAAwRQIgYMwn/TRPhumPI2doro5HWnKwoj9HRoT7l/40TpmziAYCIQDwNdip
        xAizPJPBrZ5ZyxFMfM72/jmfcOH2WBLiygx2eA==
        -----END CERTIFICATE-----

        """

    /// Issued by the issuer, for servers alone.
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATygAwIBAgICEAQwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLVGVzdCBp
        c3N1ZXIwIBcNMjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBYxFDASBgNV
        BAMMC1Rlc3Qgc2VydmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAED/BMgf/G
        38iVmP4/k/DZhOduUVbbEz1wjQOhqkpayLTVAYgpTLjmDfXx+aGZah3H+REgdJLP
        PzN7UHMef51C+6N4MHYwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYD
        VR0lAQH/BAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFGyGPQmrHsqi9KEPIJoOp+Gf
        AihnMB8GA1UdIwQYMBaAFLK2qwsHI/lvfXi7a/i2atAjcAgqMAoGCCqGSM49BAMC
        A0cAMEQCIBanKm3MiwIjzhhA1qXuYTnLn7W5IU7J/PcuF772SkBWAiB+Wj5igXab
        ui4lqmPk86yQng/GP1pf99H3xU3MOt2YNQ==
        -----END CERTIFICATE-----

        """
}
