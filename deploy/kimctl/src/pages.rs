//! Lists that a service gives page by page.

use tonic::Status;

/// As many as a service gives at a time.
const MOST: usize = 500;

/// A list up to `limit`, from as many pages as it takes. `page` asks for one by its size and its token, and gives what it holds
/// with the token of the next one.
pub async fn listed<T>(
    limit: usize,
    mut page: impl AsyncFnMut(i32, String) -> Result<(Vec<T>, String), Status>,
) -> Result<Vec<T>, Status> {
    let mut listed = Vec::new();
    let mut token = String::new();
    loop {
        let size = i32::try_from(limit.saturating_sub(listed.len()).clamp(1, MOST)).unwrap_or_default();
        let (more, next) = page(size, token).await?;
        listed.extend(more);
        if next.is_empty() || listed.len() >= limit {
            return Ok(listed);
        }
        token = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_are_asked_for_until_there_are_no_more_or_enough() {
        let of_1200 = async |size: i32, token: String| {
            let from: i32 = token.parse().unwrap_or_default();
            let to = (from + size).min(1_200);
            Ok(((from..to).collect(), if to < 1_200 { to.to_string() } else { String::new() }))
        };
        assert_eq!(listed(usize::MAX, of_1200).await.unwrap(), (0..1_200).collect::<Vec<i32>>());
        assert_eq!(listed(700, of_1200).await.unwrap(), (0..700).collect::<Vec<i32>>());
        let refused = listed::<i32>(1, async |_, _| Err(Status::not_found("none"))).await;
        assert_eq!(refused.unwrap_err().code(), tonic::Code::NotFound);
    }
}
