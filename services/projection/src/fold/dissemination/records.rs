//! Writes what there is little of, event by event: programmes, materials, campaigns, questions.

use sqlx::PgConnection;
use uuid::Uuid;

use super::event::{CampaignEvent, Event, MaterialEvent, ProgrammeEvent, QuestionEvent};
use crate::{
    fold::codes,
    pages::{CampaignStatus, Content},
};

/// `false` when the event changes something that is not there.
pub async fn write(connection: &mut PgConnection, id: Uuid, event: &Event) -> Result<bool, sqlx::Error> {
    match event {
        Event::Programme(event) => programme(connection, id, event).await,
        Event::Material(event) => material(connection, id, event).await,
        Event::Campaign(event) => campaign(connection, id, event).await,
        Event::Question(event) => question(connection, id, event).await,
        Event::Delivery(_) => Ok(true),
    }
}

async fn programme(connection: &mut PgConnection, id: Uuid, event: &ProgrammeEvent) -> Result<bool, sqlx::Error> {
    let query = match event {
        ProgrammeEvent::Established { office, profile } => sqlx::query(ESTABLISH)
            .bind(id)
            .bind(&profile.name)
            .bind(&profile.topic)
            .bind(office)
            .bind(profile.from)
            .bind(profile.until),
        ProgrammeEvent::Amended(profile) => sqlx::query(AMEND_PROGRAMME)
            .bind(id)
            .bind(&profile.name)
            .bind(&profile.topic)
            .bind(profile.from)
            .bind(profile.until),
        ProgrammeEvent::Extended { until } => {
            sqlx::query("UPDATE programme SET until_on = $2 WHERE id = $1").bind(id).bind(until)
        }
        ProgrammeEvent::Closed { on } => {
            sqlx::query("UPDATE programme SET closed_on = $2 WHERE id = $1").bind(id).bind(on)
        }
    };
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

async fn material(connection: &mut PgConnection, id: Uuid, event: &MaterialEvent) -> Result<bool, sqlx::Error> {
    let query = match event {
        MaterialEvent::Published(version) => {
            let revision = version.revision.as_ref();
            sqlx::query(PUBLISH)
                .bind(id)
                .bind(version.programme)
                .bind(version.version)
                .bind(&version.title)
                .bind(version.on)
                .bind(revision.map_or(0, |revision| revision.superseded_version))
                .bind(revision.map(|revision| codes::revision_reason(revision.reason)))
                .bind(revision.map_or("", |revision| revision.note.as_str()))
        }
        MaterialEvent::Withdrawn { on } => {
            sqlx::query("UPDATE material SET withdrawn_on = $2 WHERE id = $1").bind(id).bind(on)
        }
    };
    let written = query.execute(&mut *connection).await?.rows_affected() == 1;
    sqlx::query("DELETE FROM material_content WHERE material_id = $1").bind(id).execute(&mut *connection).await?;
    if let MaterialEvent::Published(version) = event {
        contents(connection, id, &version.contents).await?;
    }
    Ok(written)
}

async fn contents(connection: &mut PgConnection, material: Uuid, contents: &[Content]) -> Result<(), sqlx::Error> {
    for (number, content) in (1_i32..).zip(contents) {
        let titles: Vec<&str> = content.links.iter().map(|link| link.title.as_str()).collect();
        let addresses: Vec<&str> = content.links.iter().map(|link| link.address.as_str()).collect();
        sqlx::query(SAY)
            .bind(material)
            .bind(number)
            .bind(&content.language)
            .bind(&content.title)
            .bind(&content.body)
            .bind(titles)
            .bind(addresses)
            .bind(content.media)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn campaign(connection: &mut PgConnection, id: Uuid, event: &CampaignEvent) -> Result<bool, sqlx::Error> {
    let query = match event {
        CampaignEvent::Drafted(outline, plan) => sqlx::query(DRAFT)
            .bind(id)
            .bind(outline.material)
            .bind(outline.programme)
            .bind(outline.office)
            .bind(&plan.name)
            .bind(plan.from)
            .bind(plan.until)
            .bind(plan.priority)
            .bind(codes::campaign_status(CampaignStatus::Draft)),
        CampaignEvent::Amended(plan) => {
            sqlx::query(AMEND_CAMPAIGN).bind(id).bind(&plan.name).bind(plan.from).bind(plan.until).bind(plan.priority)
        }
        CampaignEvent::Started { at, material_version } => sqlx::query(START)
            .bind(id)
            .bind(codes::campaign_status(CampaignStatus::Running))
            .bind(at)
            .bind(material_version),
        CampaignEvent::Became { status } => {
            sqlx::query("UPDATE campaign SET status = $2 WHERE id = $1").bind(id).bind(codes::campaign_status(*status))
        }
        CampaignEvent::Replaced { material_version } => {
            sqlx::query("UPDATE campaign SET material_version = $2 WHERE id = $1").bind(id).bind(material_version)
        }
        CampaignEvent::Assigned(_) | CampaignEvent::Released(_) | CampaignEvent::Issued(_) | CampaignEvent::Noted => {
            return Ok(true);
        }
    };
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

async fn question(connection: &mut PgConnection, id: Uuid, event: &QuestionEvent) -> Result<bool, sqlx::Error> {
    let query = match event {
        QuestionEvent::Asked { campaign, programme, community, regency, office, on } => sqlx::query(ASK)
            .bind(id)
            .bind(campaign)
            .bind(programme)
            .bind(community)
            .bind(regency.decree)
            .bind(regency.place.number())
            .bind(office)
            .bind(on),
        QuestionEvent::Answered | QuestionEvent::SetAside => {
            sqlx::query("UPDATE question SET waiting_since = NULL WHERE id = $1").bind(id)
        }
        QuestionEvent::Reopened { on } => {
            sqlx::query("UPDATE question SET waiting_since = $2 WHERE id = $1").bind(id).bind(on)
        }
        // It waits as long as it did: another office does not make it young.
        QuestionEvent::Redirected { to } => {
            sqlx::query("UPDATE question SET office_id = $2 WHERE id = $1").bind(id).bind(to)
        }
    };
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

const ESTABLISH: &str =
    "INSERT INTO programme (id, name, topic, office_id, from_on, until_on) VALUES ($1, $2, $3, $4, $5, $6)";

const AMEND_PROGRAMME: &str = "UPDATE programme SET name = $2, topic = $3, from_on = $4, until_on = $5 WHERE id = $1";

const PUBLISH: &str = "
INSERT INTO material (id, programme_id, version, title, published_on, superseded_version, revision_reason, revision_note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, title = excluded.title, published_on = excluded.published_on,
    superseded_version = excluded.superseded_version, revision_reason = excluded.revision_reason,
    revision_note = excluded.revision_note";

const SAY: &str = "
INSERT INTO material_content (material_id, number, language, title, body, link_titles, link_addresses, media)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const DRAFT: &str = "
INSERT INTO campaign (id, material_id, programme_id, office_id, name, from_on, until_on, priority, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const AMEND_CAMPAIGN: &str = "UPDATE campaign SET name = $2, from_on = $3, until_on = $4, priority = $5 WHERE id = $1";

const START: &str = "UPDATE campaign SET status = $2, started_at = $3, material_version = $4 WHERE id = $1";

const ASK: &str = "
INSERT INTO question (id, campaign_id, programme_id, community_id, decree, place, office_id, asked_on, waiting_since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
