//! What can be typed after `kimctl endpoint`.

use clap::{Args, Subcommand};
use kim_contract::dissemination::v1::DeliveryChannel;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    cli::{moment, uuid},
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan alamat sebuah KIM: webhook dan surel
    List(Whose),
    /// Menetapkan alamat webhook; rahasianya ditampilkan sekali
    SetWebhook(Set),
    /// Menetapkan alamat surel
    SetEmail(Set),
    /// Mengganti rahasia webhook; rahasia barunya ditampilkan sekali
    RotateSecret(Whose),
    /// Menghentikan pengiriman ke sebuah alamat
    Suspend(Which),
    /// Mengaktifkan lagi alamat yang dihentikan
    Resume(Which),
    /// Menghapus alamat
    Remove(Which),
    /// Menampilkan percobaan pengiriman, yang terbaru lebih dulu
    Attempts(Sent),
    /// Menampilkan pesan yang disisihkan karena tidak sampai, yang terbaru lebih dulu
    DeadLetters(Sent),
    /// Mengirim lagi pesan yang disisihkan, atau semua pesan sejak suatu waktu
    Replay(Replay),
}

#[derive(Debug, Args)]
pub struct Whose {
    /// Nomor KIM
    #[arg(value_name = "KIM", value_parser = uuid)]
    pub kim: Uuid,
}

#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    pub whose: Whose,
    /// Alamatnya: https://… untuk webhook, nama@ranah untuk surel
    #[arg(value_name = "ALAMAT")]
    pub address: String,
}

/// A community has one endpoint of a channel at most.
#[derive(Debug, Args)]
pub struct Which {
    #[command(flatten)]
    pub whose: Whose,
    /// Saluran: webhook, email
    #[arg(long, value_name = "SALURAN", hide_possible_values = true)]
    pub channel: Channel,
}

#[derive(Debug, Args)]
pub struct Sent {
    #[command(flatten)]
    pub which: Which,
    /// Paling banyak sekian baris [bawaan: 200]
    #[arg(long, value_name = "BANYAK", default_value_t = 200, hide_default_value = true)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    pub which: Which,
    /// Semua pesan sejak waktu ini, juga yang sudah sampai [bawaan: hanya yang disisihkan]
    #[arg(long, value_name = "WAKTU", value_parser = moment)]
    pub since: Option<OffsetDateTime>,
}

words!(Channel as DeliveryChannel: Webhook, Email);

#[cfg(test)]
mod tests {
    use crate::cli::tests::refused;

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    #[test]
    fn what_is_wrong_or_missing_is_said() {
        for (args, what) in [
            (&["endpoint", "set-webhook", ID][..], "belum disebut: <ALAMAT>"),
            (&["endpoint", "suspend", ID], "belum disebut: --channel"),
            (&["endpoint", "resume", ID, "--channel", "inbox"], "pilih salah satu: webhook"),
            (&["endpoint", "replay", ID, "--channel", "webhook", "--since", "kemarin dulu"], "--since"),
        ] {
            let said = refused(args);
            assert!(said.contains(what), "{args:?}: {said}");
        }
    }
}
