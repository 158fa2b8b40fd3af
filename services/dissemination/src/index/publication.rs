//! What is published and what is withdrawn, as deliveries and inboxes go by it.

use kim_eventlog::Recorded;
use sqlx::PgConnection;

use crate::domain::material::Event;

/// Folds events of materials: few, one by one.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), sqlx::Error> {
    for (recorded, event) in events {
        match event {
            Event::Published(publication) => {
                let contents = &publication.wording.contents;
                let (languages, titles): (Vec<String>, Vec<String>) =
                    contents.each().map(|content| (content.language.to_string(), content.title.to_string())).unzip();
                sqlx::query(PUBLISH)
                    .bind(recorded.aggregate)
                    .bind(i32::try_from(publication.version.number()).unwrap_or(i32::MAX))
                    .bind(recorded.position.get())
                    .bind(languages)
                    .bind(titles)
                    .execute(&mut *connection)
                    .await?;
            }
            Event::Withdrawn { .. } => {
                sqlx::query(WITHDRAW)
                    .bind(recorded.aggregate)
                    .bind(recorded.position.get())
                    .bind(recorded.time)
                    .execute(&mut *connection)
                    .await?;
            }
            _ => {}
        }
    }
    Ok(())
}

const PUBLISH: &str = "INSERT INTO dissemination.publication (material_id, version, position, languages, titles)
VALUES ($1, $2, $3, $4, $5)";

const WITHDRAW: &str = "INSERT INTO dissemination.withdrawal (material_id, position, withdrawn_at) VALUES ($1, $2, $3)";
