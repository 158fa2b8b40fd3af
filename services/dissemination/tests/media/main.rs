//! The store of media, in a real folder and in a bucket of a server that speaks S3.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod rig;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future::join_all};
use kim_dissemination::{
    domain::content::MediaType,
    media::{Kept, ReceiveError, Store},
};

use rig::{Rig, announced, hash, mp4, pdf, received};

const PHOTO: &[u8] = include_bytes!("sample/photo.jpg");
const MIB: usize = 1024 * 1024;

async fn read(store: &Store, kept: Kept, media_type: MediaType) -> Vec<Bytes> {
    store.read(kept.hash, media_type, kept.size).try_collect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medium_is_read_as_it_came_in_pieces_of_bounded_size() {
    for rig in Rig::both().await {
        // Less than one part, one part to the byte, and more than two.
        for (media_type, bytes) in
            [(MediaType::Pdf, pdf(1_000)), (MediaType::Pdf, pdf(5 * MIB)), (MediaType::Mp4, mp4(10 * MIB + 7))]
        {
            let kept = received(&rig.store, media_type, &bytes).await.unwrap();
            assert_eq!(kept, Kept { hash: hash(&bytes), size: bytes.len() as u64 });
            assert_eq!(rig.store.size(kept.hash, media_type).await.unwrap(), Some(kept.size));
            let pieces = read(&rig.store, kept, media_type).await;
            assert!(pieces.iter().all(|piece| piece.len() <= 256 * 1024), "{}", rig.name);
            assert_eq!(pieces.concat(), bytes, "{}", rig.name);
        }
        assert_eq!(rig.files(), 3, "{}", rig.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medium_that_comes_again_is_kept_once() {
    for rig in Rig::both().await {
        for bytes in [pdf(1_000), pdf(5 * MIB + 1)] {
            let again = (0..3).map(|_| received(&rig.store, MediaType::Pdf, &bytes));
            let at_once = join_all(again).await.into_iter().map(Result::unwrap).collect::<Vec<_>>();
            let later = received(&rig.store, MediaType::Pdf, &bytes).await.unwrap();
            assert!(at_once.iter().all(|kept| *kept == later), "{}", rig.name);
            assert_eq!(read(&rig.store, later, MediaType::Pdf).await.concat(), bytes);
        }
        assert_eq!(rig.files(), 2, "{}", rig.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_was_announced_is_not_kept() {
    for rig in Rig::both().await {
        // Held in one piece, and sent on in parts.
        for size in [1_000, 5 * MIB + 100_000] {
            let bytes = pdf(size);
            let mut changed = bytes.clone();
            *changed.last_mut().unwrap() ^= 1;
            let longer = [bytes.as_slice(), b"!"].concat();
            for (media_type, sent, why) in [
                (MediaType::Pdf, &longer, "longer"),
                (MediaType::Pdf, &bytes[..size - 1].to_vec(), "shorter"),
                (MediaType::Pdf, &changed, "other hash"),
                (MediaType::Mp4, &bytes, "other type"),
            ] {
                let mut receiving = rig.store.receive(announced(media_type, &bytes)).await.unwrap();
                let mut outcome = Ok(());
                for chunk in sent.chunks(200_000) {
                    outcome = outcome.and(receiving.take(chunk).await);
                }
                let outcome = match outcome {
                    Ok(()) => receiving.keep().await.map(|_| ()),
                    refused => refused,
                };
                let refused = match outcome.unwrap_err() {
                    ReceiveError::Longer => "longer",
                    ReceiveError::Shorter => "shorter",
                    ReceiveError::OtherHash => "other hash",
                    ReceiveError::OtherType => "other type",
                    other => panic!("{other}"),
                };
                assert_eq!(refused, why, "{} {size}", rig.name);
                assert_eq!(rig.store.size(hash(&bytes), media_type).await.unwrap(), None);
            }
        }
        rig.is_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_who_goes_away_leaves_nothing() {
    for rig in Rig::both().await {
        for (media_type, bytes) in [(MediaType::Pdf, pdf(1_000)), (MediaType::Mp4, mp4(6 * MIB))] {
            let mut receiving = rig.store.receive(announced(media_type, &bytes)).await.unwrap();
            receiving.take(&bytes[..bytes.len() - 1]).await.unwrap();
            assert_eq!(rig.store.size(hash(&bytes), media_type).await.unwrap(), None, "what is half is not there");
            drop(receiving);
        }
        rig.is_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_without_what_its_camera_wrote() {
    for rig in Rig::both().await {
        let kept = received(&rig.store, MediaType::Jpeg, PHOTO).await.unwrap();
        assert_ne!(kept.hash, hash(PHOTO));
        assert_eq!(rig.store.size(hash(PHOTO), MediaType::Jpeg).await.unwrap(), None);
        let bytes = read(&rig.store, kept, MediaType::Jpeg).await.concat();
        assert_eq!((hash(&bytes), bytes.len() as u64), (kept.hash, kept.size));
        assert!(!bytes.windows(7).any(|window| window == b"PEMILIK"), "{}", rig.name);
        // Whoever sends what is kept gets the same.
        assert_eq!(received(&rig.store, MediaType::Jpeg, &bytes).await.unwrap(), kept);
        let broken = &PHOTO[..PHOTO.len() / 2];
        let refused = received(&rig.store, MediaType::Jpeg, broken).await.unwrap_err();
        assert!(matches!(refused, ReceiveError::BrokenPicture), "{refused}");
        assert_eq!(rig.files(), 1, "{}", rig.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_service_left_half_written_is_gone_at_its_next_start() {
    let rig = Rig::folder().await;
    let kept = received(&rig.store, MediaType::Pdf, &pdf(1_000)).await.unwrap();
    let bytes = mp4(7 * MIB);
    let mut receiving = rig.store.receive(announced(MediaType::Mp4, &bytes)).await.unwrap();
    receiving.take(&bytes[..6 * MIB]).await.unwrap();
    assert_eq!(rig.files(), 2);
    // As a kill leaves it: nobody takes it away.
    std::mem::forget(receiving);
    let again = rig.again().await;
    assert_eq!(rig.files(), 1);
    assert_eq!(again.size(kept.hash, MediaType::Pdf).await.unwrap(), Some(1_000));
    assert_eq!(received(&again, MediaType::Mp4, &bytes).await.unwrap().hash, hash(&bytes));
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_are_received_at_once_as_there_is_memory_for() {
    let rig = Rig::folder().await;
    let sizes = 1_000..1_040;
    let begun = join_all(sizes.map(|size| {
        let (store, announced) = (rig.store.clone(), announced(MediaType::Pdf, &pdf(size)));
        async move { store.receive(announced).await }
    }));
    let (taken, refused): (Vec<_>, Vec<_>) = begun.await.into_iter().partition(Result::is_ok);
    assert_eq!((taken.len(), refused.len()), (32, 8));
    assert!(refused.into_iter().all(|refused| matches!(refused, Err(ReceiveError::Busy))));
    drop(taken);
    received(&rig.store, MediaType::Pdf, &pdf(1_000)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_refuses_is_no_bucket_without_the_medium() {
    let rig = Rig::bucket().await;
    let kept = received(&rig.store, MediaType::Pdf, &pdf(1_000)).await.unwrap();
    let stranger = rig.with_key("AKIASALAH", "bukan-kuncinya").await;
    stranger.size(kept.hash, MediaType::Pdf).await.unwrap_err();
    let refused = received(&stranger, MediaType::Pdf, &pdf(2_000)).await.unwrap_err();
    assert!(matches!(refused, ReceiveError::Store(_)), "{refused}");
    let mut read = Box::pin(stranger.read(kept.hash, MediaType::Pdf, kept.size));
    read.next().await.unwrap().unwrap_err();
}
