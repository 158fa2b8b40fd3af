//! A medium that comes in: what it is first, then its bytes.

use std::time::Duration;

use kim_chassis::{
    access::{Action, reach},
    errors::Fault,
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{call::Call, failure::unavailable, problem::Problems, words::Words};
use tokio::time::timeout;
use tonic::{Code, Status, Streaming};

use super::{Handler, request};
use crate::media::{Kept, ReceiveError};

/// Bytes of a message at most.
const MAX_CHUNK: usize = 256 * 1024;
/// How long the next bytes are waited for: whoever sends nothing holds no place.
const PATIENCE: Duration = Duration::from_mins(1);

type Chunks = Streaming<pb::UploadMediaRequest>;

impl Handler {
    /// Whoever writes for any office may bring a medium: whose it is, the materials say that show it.
    pub(super) async fn upload(&self, call: &Call, mut chunks: Chunks) -> Result<Kept, Status> {
        reach(&call.principal, Action::MaterialWrite)?;
        let first = next(&mut chunks).await?.unwrap_or_default();
        let announced = request::announced(&first.description.unwrap_or_default())?;
        let mut receiving = self.0.media.receive(announced).await.map_err(|error| refused(&error))?;
        let mut chunk = Some(first.chunk);
        while let Some(bytes) = chunk {
            if bytes.len() > MAX_CHUNK {
                return Err(chunk_too_large().into());
            }
            receiving.take(&bytes).await.map_err(|error| refused(&error))?;
            chunk = next(&mut chunks).await?.map(|message| message.chunk);
        }
        receiving.keep().await.map_err(|error| refused(&error))
    }
}

async fn next(chunks: &mut Chunks) -> Result<Option<pb::UploadMediaRequest>, Status> {
    timeout(PATIENCE, chunks.message()).await.map_err(|_| Status::from(Fault::deadline()))?
}

fn chunk_too_large() -> Problems {
    let mut problems = Problems::default();
    let words = Words::new(
        "CHUNK_TOO_LARGE",
        "Satu potongan berkas lebih besar dari 256 KiB.",
        "Kirim berkasnya dalam potongan yang lebih kecil.",
    );
    problems.add("chunk", words);
    problems
}

fn refused(error: &ReceiveError) -> Status {
    let words = match error {
        ReceiveError::Busy => return Fault::busy().into(),
        ReceiveError::Store(error) => return unavailable(error),
        ReceiveError::Longer => Words::new(
            "MEDIA_LONGER",
            "Berkas yang dikirim lebih besar dari yang disebutkan.",
            "Hitung lagi ukuran dan sidiknya, lalu unggah ulang.",
        ),
        ReceiveError::Shorter => {
            Words::new("MEDIA_SHORTER", "Berkas yang dikirim terputus sebelum selesai.", "Unggah ulang dari awal.")
        }
        ReceiveError::OtherHash => Words::new(
            "MEDIA_HASH_DIFFERS",
            "Berkas yang sampai bukan berkas yang disebutkan.",
            "Hitung lagi sidiknya, lalu unggah ulang.",
        ),
        ReceiveError::OtherType => Words::new(
            "MEDIA_TYPE_DIFFERS",
            "Isi berkas tidak sesuai dengan jenis yang disebutkan.",
            "Pilih jenis yang benar, atau simpan ulang berkasnya sebagai JPEG, PNG, WebP, PDF, MP3, atau MP4.",
        ),
        ReceiveError::BrokenPicture => Words::new(
            "PICTURE_BROKEN",
            "Gambar ini rusak atau terpotong.",
            "Buka dan simpan ulang gambarnya, lalu unggah lagi.",
        ),
    };
    words.fault(Code::InvalidArgument, error.to_string()).into()
}
