//! What an officer who enters an address is told when it cannot be used. The address itself is not repeated.

use kim_desk::words::Words;

use crate::{
    address::{AddressError, MAX_ADDRESS},
    guard::NotAllowed,
};

impl AddressError {
    #[must_use]
    pub fn words(self) -> Words {
        let example = "Tulis alamat seperti https://contoh.go.id/terima.";
        match self {
            Self::TooLong => Words::new(
                "ENDPOINT_TOO_LONG",
                "Alamat penerima terlalu panjang.",
                format!("Tulis paling banyak {MAX_ADDRESS} huruf."),
            ),
            Self::Malformed => Words::new("ENDPOINT_MALFORMED", "Alamat penerima salah bentuk.", example),
            Self::Scheme => Words::new("ENDPOINT_SCHEME", "Alamat penerima tidak diawali https://.", example),
            Self::User => Words::new(
                "ENDPOINT_HAS_USER",
                "Alamat penerima memuat nama pengguna atau kata sandi.",
                "Hapus bagian sebelum tanda @; pesan dikenali dari tanda tangannya.",
            ),
            Self::Fragment => Words::new(
                "ENDPOINT_HAS_FRAGMENT",
                "Alamat penerima memuat tanda pagar.",
                "Hapus tanda # dan semua sesudahnya.",
            ),
            Self::Port => Words::new(
                "ENDPOINT_PORT",
                "Porta alamat penerima dipakai layanan lain.",
                "Kosongkan portanya, atau pakai porta 1024 ke atas.",
            ),
        }
    }
}

impl NotAllowed {
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Plain => Words::new(
                "ENDPOINT_NOT_ENCRYPTED",
                "Alamat penerima tidak memakai sambungan terenkripsi.",
                "Pasang sertifikat di server penerima, lalu tulis alamat yang diawali https://.",
            ),
            Self::Inside(_) | Self::Ours => Words::new(
                "ENDPOINT_INSIDE",
                "Alamat penerima menunjuk ke jaringan dalam, bukan ke internet.",
                "Tulis alamat yang dapat dicapai dari internet, atau minta pengelola sistem mengecualikannya.",
            ),
            Self::Unresolved(_) => Words::new(
                "ENDPOINT_NOT_FOUND",
                "Nama server pada alamat penerima tidak ditemukan.",
                "Periksa ejaannya, dan pastikan namanya sudah terdaftar di DNS.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use kim_desk::words::says_what_to_do;

    use super::*;
    use crate::network::Inside;

    #[test]
    fn each_refusal_says_what_is_wrong_and_what_to_do() {
        use AddressError::{Fragment, Malformed, Port, Scheme, TooLong, User};
        let written = [TooLong, Malformed, Scheme, User, Fragment, Port].map(AddressError::words);
        let called =
            [NotAllowed::Plain, NotAllowed::Inside(Inside::Loopback), NotAllowed::Ours, NotAllowed::Unresolved(None)];
        for words in written.into_iter().chain(called.iter().map(NotAllowed::words)) {
            assert!(says_what_to_do(&words.fault(tonic::Code::InvalidArgument, "")), "{words:?}");
        }
    }
}
