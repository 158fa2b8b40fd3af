//! The lessons' words.

use super::{Asked, Lesson, Text};

const fn id(title: &'static str, body: &'static [&'static str]) -> Text {
    Text { language: "id", title, body }
}

const fn jv(title: &'static str, body: &'static [&'static str]) -> Text {
    Text { language: "jv", title, body }
}

const fn su(title: &'static str, body: &'static [&'static str]) -> Text {
    Text { language: "su", title, body }
}

const fn min(title: &'static str, body: &'static [&'static str]) -> Text {
    Text { language: "min", title, body }
}

const fn asked(question: &'static str, answer: &'static str) -> Asked {
    Asked { question, answer }
}

pub const LESSONS: &[Lesson] = &[
    Lesson {
        code: "protokol",
        topic: "protokol_kesehatan",
        texts: &[
            id(
                "Pakai masker, cuci tangan, jaga jarak",
                &[
                    "Pakai masker di luar rumah. Cuci tangan dengan sabun dan air mengalir. Jaga jarak paling sedikit satu meter dari orang lain.",
                    "Bila demam atau batuk, tinggallah di rumah dan hubungi puskesmas.",
                ],
            ),
            jv(
                "Nganggo masker, wisuh, jaga jarak",
                &[
                    "Nganggoa masker ing sanjabaning omah. Wisuha nganggo sabun lan banyu mili. Jaga jarak paling sethithik semeter saka wong liya.",
                    "Menawa mriyang utawa watuk, tetepa ing omah lan ngabarana puskesmas.",
                ],
            ),
            su(
                "Maké masker, ngumbah leungeun, jaga jarak",
                &[
                    "Paké masker di luar imah. Kumbah leungeun maké sabun jeung cai ngocor. Jaga jarak sahenteuna sameter ti batur.",
                    "Mun muriang atawa batuk, cicing di imah jeung béjaan puskesmas.",
                ],
            ),
            min(
                "Pakai masker, basuah tangan, jago jarak",
                &[
                    "Pakai masker di lua rumah. Basuah tangan jo sabun dan aia mangalia. Jago jarak paliang saketek samiter dari urang lain.",
                    "Kalau damam atau batuak, tingga di rumah dan agiah tahu puskesmas.",
                ],
            ),
        ],
        questions: &[
            asked(
                "Apakah masker kain boleh dipakai berulang kali?",
                "Boleh, asal dicuci dengan sabun setelah dipakai dan diganti bila basah atau kotor.",
            ),
            asked(
                "Bagaimana bila di desa kami sulit air mengalir untuk mencuci tangan?",
                "Gunakan ember berkeran atau gayung bersih dengan sabun, atau cairan pembersih tangan berbahan alkohol.",
            ),
        ],
    },
    Lesson {
        code: "pilkada",
        topic: "pilkada_2020",
        texts: &[id(
            "Memilih dengan sehat",
            &[
                "Pemungutan suara serentak berlangsung pada 9 Desember 2020 di 270 daerah. Datanglah sesuai jam pada surat pemberitahuan, pakai masker, dan jaga jarak.",
                "Bawa KTP elektronik dan surat pemberitahuan memilih.",
            ],
        )],
        questions: &[
            asked(
                "Apakah yang suhunya tinggi masih boleh memilih?",
                "Boleh. Pemilih dengan suhu tinggi memilih di bilik yang terpisah di tempat pemungutan suara.",
            ),
            asked(
                "Saya belum mendapat surat pemberitahuan, ke mana bertanya?",
                "Tanyakan kepada kelompok penyelenggara pemungutan suara di kelurahan atau desa dengan membawa KTP elektronik.",
            ),
        ],
    },
    Lesson {
        code: "imunisasi",
        topic: "kesehatan",
        texts: &[id(
            "Imunisasi dasar lengkap",
            &[
                "Imunisasi dasar anak diberikan tanpa biaya di posyandu dan puskesmas.",
                "Bawa buku kesehatan ibu dan anak, dan tanyakan jadwal berikutnya kepada bidan atau kader.",
            ],
        )],
        questions: &[
            asked(
                "Anak saya terlambat diimunisasi, apakah masih bisa?",
                "Masih bisa dikejar. Bawa bukunya ke puskesmas, bidan akan menyusun jadwalnya.",
            ),
            asked(
                "Apakah anak yang demam setelah imunisasi perlu dibawa ke puskesmas?",
                "Demam ringan biasa terjadi. Bawa ke puskesmas bila demam tinggi atau tidak turun.",
            ),
        ],
    },
    Lesson {
        code: "vaksinasi",
        topic: "kesehatan",
        texts: &[
            id(
                "Vaksinasi COVID-19 tanpa biaya",
                &[
                    "Vaksinasi COVID-19 dari pemerintah tidak dipungut biaya. Bawa KTP ke puskesmas atau tempat vaksinasi, dan sampaikan riwayat penyakit kepada petugas.",
                    "Setelah divaksin, tetap pakai masker dan jaga jarak.",
                ],
            ),
            jv(
                "Vaksinasi COVID-19 ora mbayar",
                &[
                    "Vaksinasi COVID-19 saka pamaréntah ora mbayar. Nggawaa KTP menyang puskesmas utawa papan vaksinasi, lan critaa marang petugas menawa duwé lelara.",
                    "Sawisé divaksin, tetep nganggo masker lan jaga jarak.",
                ],
            ),
            su(
                "Vaksinasi COVID-19 teu mayar",
                &[
                    "Vaksinasi COVID-19 ti pamaréntah teu mayar. Bawa KTP ka puskesmas atawa tempat vaksinasi, jeung caritakeun ka patugas mun boga panyakit.",
                    "Sanggeus divaksin, tetep maké masker jeung jaga jarak.",
                ],
            ),
        ],
        questions: &[
            asked(
                "Apakah orang lanjut usia boleh divaksin?",
                "Boleh, setelah petugas memeriksa kesehatannya di tempat vaksinasi.",
            ),
            asked(
                "Bagaimana bila belum memiliki KTP elektronik?",
                "Datanglah dengan kartu keluarga, petugas akan mencocokkan nomor induk kependudukan.",
            ),
        ],
    },
    Lesson {
        code: "pengaduan",
        topic: "layanan_publik",
        texts: &[id(
            "Mengadu lewat SP4N-LAPOR!",
            &[
                "Keluhan tentang pelayanan pemerintah dapat disampaikan lewat situs atau aplikasi SP4N-LAPOR!, atau lewat SMS ke 1708.",
                "Tulis apa yang terjadi, di mana, dan kapan. Nama pelapor dapat dirahasiakan.",
            ],
        )],
        questions: &[
            asked(
                "Berapa lama laporan dijawab?",
                "Laporan diperiksa dahulu selama tiga hari kerja, lalu diteruskan kepada instansi yang harus menjawab.",
            ),
            asked(
                "Apakah KIM boleh melapor untuk warga yang tidak punya telepon?",
                "Boleh, atas persetujuan warga itu dan dengan menjelaskan bahwa laporan disampaikan untuk orang lain.",
            ),
        ],
    },
    Lesson {
        code: "ektp",
        topic: "ektp",
        texts: &[id(
            "KTP elektronik tanpa biaya",
            &[
                "Warga yang berumur 17 tahun, atau sudah menikah, merekam data KTP elektronik di dinas kependudukan atau kecamatan. Pengurusannya tidak dipungut biaya.",
                "KTP elektronik berlaku seumur hidup. Perbarui bila data berubah, atau bila kartu rusak atau hilang.",
            ],
        )],
        questions: &[
            asked(
                "Apakah perekaman bisa dilakukan di luar daerah asal?",
                "Bisa, di dinas kependudukan kabupaten atau kota mana pun dengan membawa kartu keluarga.",
            ),
            asked(
                "Bagaimana warga sakit yang tidak bisa datang?",
                "Keluarga dapat meminta pelayanan jemput bola kepada dinas kependudukan setempat.",
            ),
        ],
    },
    Lesson {
        code: "pemilihan",
        topic: "pemilihan",
        texts: &[id(
            "Periksa nama di daftar pemilih",
            &[
                "Periksa apakah nama Anda sudah ada di daftar pemilih, di kantor desa atau kelurahan, atau di situs KPU.",
                "Bila belum, sampaikan kepada panitia pemungutan suara dengan membawa KTP elektronik. Memilih itu bebas dan rahasia.",
            ],
        )],
        questions: &[
            asked(
                "Bagaimana bila pada hari pemungutan suara saya berada di kota lain?",
                "Urus pindah memilih di kantor KPU atau panitia pemungutan suara sebelum batas waktunya.",
            ),
            asked(
                "Apakah penyandang disabilitas boleh didampingi di bilik suara?",
                "Boleh, oleh orang yang dipilihnya sendiri, dan pendamping wajib merahasiakan pilihannya.",
            ),
        ],
    },
    Lesson {
        code: "stunting",
        topic: "stunting",
        texts: &[
            id(
                "Seribu hari pertama kehidupan",
                &[
                    "Stunting dicegah sejak kehamilan sampai anak berumur dua tahun. Ibu hamil memeriksakan diri dan minum tablet tambah darah. Bayi mendapat ASI saja sampai enam bulan, lalu makanan pendamping yang beragam.",
                    "Timbang dan ukur anak setiap bulan di posyandu.",
                ],
            ),
            jv(
                "Sèwu dina kapisan",
                &[
                    "Stunting dicegah wiwit ngandheg nganti bocah umur rong taun. Ibu ngandheg mriksakaké awak lan ngombé tablèt tambah getih. Bayi diwènèhi ASI waé nganti nem sasi, banjur panganan pendamping sing manéka warna.",
                    "Timbangen lan ukuren bocah saben sasi ing posyandu.",
                ],
            ),
            su(
                "Sarébu poé munggaran",
                &[
                    "Stunting dicegah ti mimiti kakandungan nepi ka budak umur dua taun. Ibu nu keur ngandung mariksakeun kandunganana sarta nginum tablét tambah getih. Orok dibéré ASI wungkul nepi ka genep bulan, tuluy dibéré kadaharan pendamping nu rupa-rupa.",
                    "Timbang jeung ukur budak unggal bulan di posyandu.",
                ],
            ),
            min(
                "Saribu hari partamo",
                &[
                    "Stunting dicagah sajak hamil sampai anak baumua duo taun. Ibu hamil mamareso diri dan minum tablet tambah darah. Bayi diagiah ASI sajo sampai anam bulan, sudah tu makanan pandampiang nan baragam.",
                    "Timbang dan ukua anak satiok bulan di posyandu.",
                ],
            ),
        ],
        questions: &[
            asked(
                "Apakah anak yang pendek pasti stunting?",
                "Tidak selalu. Tinggi badan dibandingkan dengan umur di posyandu, dan bidan yang menilainya.",
            ),
            asked(
                "Di mana ibu hamil mendapat tablet tambah darah?",
                "Di puskesmas dan posyandu, tanpa biaya, saat memeriksakan kehamilan.",
            ),
        ],
    },
    Lesson {
        code: "cek_kesehatan",
        topic: "cek_kesehatan_gratis",
        texts: &[
            id(
                "Cek kesehatan gratis di puskesmas",
                &[
                    "Sejak 10 Februari 2025 setiap warga dapat memeriksakan kesehatan tanpa biaya di puskesmas. Daftar lewat aplikasi SATUSEHAT Mobile, atau langsung di puskesmas dengan membawa KTP.",
                    "Yang diperiksa sesuai umur, misalnya tekanan darah dan gula darah.",
                ],
            ),
            jv(
                "Priksa kasarasan gratis ing puskesmas",
                &[
                    "Wiwit 10 Fèbruari 2025 saben warga bisa mriksakaké kasarasan kanthi gratis ing puskesmas. Ndhaptara liwat aplikasi SATUSEHAT Mobile, utawa langsung ing puskesmas kanthi nggawa KTP.",
                ],
            ),
            su(
                "Pariksa kaséhatan gratis di puskesmas",
                &[
                    "Ti 10 Fébruari 2025 unggal warga bisa mariksakeun kaséhatan kalawan gratis di puskesmas. Daptar ngaliwatan aplikasi SATUSEHAT Mobile, atawa langsung di puskesmas bari mawa KTP.",
                ],
            ),
            min(
                "Cek kasehatan gratis di puskesmas",
                &[
                    "Sajak 10 Februari 2025 satiok warga dapek mamareso kasehatan sacaro gratis di puskesmas. Daftar lewat aplikasi SATUSEHAT Mobile, atau langsuang di puskesmas jo mambao KTP.",
                ],
            ),
        ],
        questions: &[
            asked(
                "Apakah harus menjadi peserta BPJS Kesehatan?",
                "Tidak harus untuk diperiksa. Bila perlu pengobatan lanjutan, kepesertaan BPJS Kesehatan diperlukan.",
            ),
            asked(
                "Puskesmas kami jauh, apakah pemeriksaan bisa di desa?",
                "Tanyakan jadwal pelayanan puskesmas pembantu atau puskesmas keliling kepada puskesmas setempat.",
            ),
        ],
    },
    Lesson {
        code: "makan_bergizi",
        topic: "makan_bergizi_gratis",
        texts: &[id(
            "Makan bergizi gratis di sekolah",
            &[
                "Program makan bergizi gratis berjalan sejak 6 Januari 2025 dan diperluas bertahap. Penerimanya murid sekolah, balita, ibu hamil, dan ibu menyusui.",
                "Orang tua memberi tahu sekolah bila anak memiliki alergi makanan.",
            ],
        )],
        questions: &[
            asked(
                "Kapan sekolah di desa kami mendapat giliran?",
                "Pelaksanaannya bertahap. Sekolah diberi tahu setelah dapur pelayanan di wilayahnya siap.",
            ),
            asked(
                "Ke mana melapor bila makanan tidak layak?",
                "Sampaikan segera kepada sekolah dan dapur pelayanan, dan hentikan pembagiannya.",
            ),
        ],
    },
    Lesson {
        code: "bumdes",
        topic: "ekonomi_desa",
        texts: &[id(
            "Badan usaha milik desa",
            &[
                "Badan usaha milik desa dibentuk lewat musyawarah desa dan mengelola usaha untuk kesejahteraan warga.",
                "Pertanggungjawaban pengurusnya disampaikan dalam musyawarah desa, yang terbuka bagi warga.",
            ],
        )],
        questions: &[
            asked(
                "Apakah warga boleh melihat laporan keuangannya?",
                "Boleh. Laporan tahunannya dibahas dalam musyawarah desa.",
            ),
            asked(
                "Bisakah kelompok tani bekerja sama dengan badan usaha milik desa?",
                "Bisa, dengan perjanjian yang disetujui kedua pihak.",
            ),
        ],
    },
    Lesson {
        code: "koperasi",
        topic: "koperasi_desa",
        texts: &[id(
            "Koperasi desa dan kelurahan",
            &[
                "Koperasi desa atau kelurahan dibentuk lewat musyawarah khusus. Keanggotaannya sukarela dan terbuka bagi warga setempat.",
                "Rapat anggota adalah kekuasaan tertinggi, dan setiap anggota mempunyai satu suara.",
            ],
        )],
        questions: &[
            asked(
                "Berapa simpanan pokok yang harus dibayar?",
                "Besarnya ditetapkan dalam rapat anggota dan tertulis di anggaran dasar koperasi.",
            ),
            asked(
                "Apakah perangkat desa boleh menjadi pengurus koperasi?",
                "Syarat pengurus ada di anggaran dasar. Tanyakan kepada dinas koperasi sebelum rapat pemilihan.",
            ),
        ],
    },
    Lesson {
        code: "anak_daring",
        topic: "pelindungan_anak_daring",
        texts: &[id(
            "Mendampingi anak di ruang digital",
            &[
                "Dampingi anak saat memakai gawai. Atur waktu layar, pakai pengaturan privasi, dan jangan membagikan nama sekolah, alamat, atau foto anak.",
                "Peraturan Pemerintah Nomor 17 Tahun 2025 mewajibkan penyelenggara sistem elektronik melindungi anak.",
            ],
        )],
        questions: &[
            asked(
                "Bagaimana bila anak terlanjur membuka konten yang buruk?",
                "Ajak bicara tanpa memarahi, simpan alamatnya, lalu laporkan lewat aduankonten.id.",
            ),
            asked(
                "Adakah batas umur untuk memiliki akun media sosial?",
                "Batasnya mengikuti tingkat risiko layanan. Periksa ketentuan umur di setiap layanan.",
            ),
        ],
    },
    Lesson {
        code: "antihoaks",
        topic: "antihoaks",
        texts: &[
            id(
                "Saring sebelum sebar",
                &[
                    "Sebelum meneruskan kabar, periksa sumber dan tanggalnya, lalu bandingkan dengan berita lain. Kabar yang menakut-nakuti dan minta disebarkan sering tidak benar.",
                    "Laporkan konten yang meragukan lewat aduankonten.id.",
                ],
            ),
            jv(
                "Saring sadurungé disebar",
                &[
                    "Sadurungé nerusaké kabar, priksanen sumber lan tanggalé, banjur bandhingna karo kabar liya. Kabar sing meden-medeni lan njaluk disebar asring ora bener.",
                ],
            ),
            su(
                "Saring saméméh nyebarkeun",
                &[
                    "Saméméh neruskeun béja, pariksa heula sumber jeung tanggalna, tuluy bandingkeun jeung béja séjén. Béja nu nyingsieunan jeung ménta disebarkeun remen teu bener.",
                ],
            ),
            min(
                "Sariang sabalun manyebaan",
                &[
                    "Sabalun manaruihan kaba, pareso sumber jo tanggalnyo, sudah tu bandiangan jo barito lain. Kaba nan manakuik-nakuikan dan mintak disebaan acok indak batua.",
                ],
            ),
        ],
        questions: &[
            asked(
                "Bagaimana memeriksa foto yang dicurigai lama?",
                "Cari foto itu dengan pencarian gambar, dan lihat kapan ia pertama kali muncul.",
            ),
            asked(
                "Apakah meneruskan kabar bohong dapat dihukum?",
                "Dapat, bila menimbulkan kerugian atau kerusuhan menurut undang-undang. Karena itu periksa dahulu.",
            ),
        ],
    },
];
