//! `kimctl projection rebuild`: the read model anew, beside the one that serves.

use anyhow::{anyhow, bail};
use kim_contract::reporting::v1::RebuildReadModelRequest;
use kim_territory::spelling::grouped;
use serde::Serialize;
use tonic::{Code, Status};

use crate::{
    connection::{Services, words},
    progress::Progress,
};

/// The generation that serves now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    pub generation: i64,
    pub position: i64,
}

/// Asks for a rebuild and follows it until the new generation serves. Dropped, the rebuild goes on without us.
pub async fn rebuild(services: &Services) -> anyhow::Result<Rebuilt> {
    let request = services.request(RebuildReadModelRequest {});
    let asked = services.reporting().rebuild_read_model(request).await;
    let mut answers = asked.map_err(|status| services.reporting_said(&status))?.into_inner();
    let mut progress = Progress::begin("Membangun ulang tampilan");
    while let Some(answer) = answers.message().await.map_err(|status| broken_off(&status))? {
        progress.set(answer.position, answer.head);
        if answer.switched {
            return Ok(Rebuilt { generation: answer.generation, position: answer.position });
        }
    }
    bail!(UNHEARD)
}

const UNHEARD: &str = "sambungan terputus, tetapi pembangunan ulang berjalan terus; \
                       jalankan lagi perintah ini untuk mengikutinya, atau lihat kimctl status";

fn broken_off(status: &Status) -> anyhow::Error {
    match status.code() {
        // The service says itself what became of it.
        Code::Aborted => anyhow!(words(status)),
        _ => anyhow!(UNHEARD),
    }
}

impl Rebuilt {
    #[must_use]
    pub fn screen(&self) -> String {
        format!("Tampilan generasi {} melayani, posisi {}.\n", self.generation, grouped(self.position))
    }
}
