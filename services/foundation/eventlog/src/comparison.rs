//! A reader of a part compares what it folded with the log's count and digest, and mends what is missing.

use crate::{
    Fold, Subscriber, answered,
    feed::Open,
    part_reader::Stand,
    subscriber::{BATCH, ReadError},
};

impl<F: Fold> Subscriber<F> {
    /// Before a reader of a part goes on at its checkpoint: whether the log confirms it, and all that was folded up to it. When the
    /// log does not answer, it goes on without: it is compared later.
    pub(crate) async fn agrees_at_start(&mut self) -> Result<bool, ReadError> {
        let Some(checkpoint) = self.checkpoint.filter(|_| self.part.is_some()) else { return Ok(false) };
        let is_of_log = self.is_of_log(checkpoint).await;
        let Some(part) = &mut self.part else { return Ok(false) };
        match is_of_log {
            Err(error) => {
                part.put_off(&error.to_string());
                return Ok(false);
            }
            Ok(false) => return Err(ReadError::Diverged(checkpoint.position)),
            Ok(true) => {}
        }
        part.compare(self.checkpoint, checkpoint.position.max(part.agreed()));
        part.wait().await;
        self.settle().await?;
        // The rest, up to the end of the stream, once its connection stands.
        if let Some(part) = &mut self.part {
            part.compare_soon();
        }
        Ok(true)
    }

    /// Goes on with the comparison, if it is time.
    pub(crate) async fn compare(&mut self, feed: &mut Open) -> Result<(), ReadError> {
        let (Some(part), Open::Stream(consumer)) = (&mut self.part, feed) else { return Ok(()) };
        match part.stand() {
            Stand::Wait => {
                self.show_agreement();
                Ok(())
            }
            Stand::Agreed | Stand::Diverged => self.settle().await,
            Stand::Differs => {
                // It is silent because nothing comes, and not because nobody is there.
                consumer.now().await?;
                self.settle().await
            }
            Stand::Due => {
                let behind = {
                    let progress = self.progress.borrow();
                    progress.head > progress.position()
                };
                let position = self.checkpoint.map(|checkpoint| checkpoint.position).unwrap_or_default();
                let end = if behind { position } else { consumer.now().await?.last.max(position) };
                part.compare(self.checkpoint, end.max(part.agreed()));
                Ok(())
            }
        }
    }

    /// Draws the conclusion of a comparison that was answered.
    async fn settle(&mut self) -> Result<(), ReadError> {
        let Some(part) = &mut self.part else { return Ok(()) };
        let (from, until) = part.range();
        if part.stand() == Stand::Differs {
            self.mend().await?;
        }
        let Some(part) = &mut self.part else { return Ok(()) };
        match part.stand() {
            Stand::Wait | Stand::Due => {}
            Stand::Diverged => return Err(ReadError::Diverged(until)),
            Stand::Differs => return Err(ReadError::Differs { from, until }),
            Stand::Agreed => answered(self.agree()).await?,
        }
        self.show_agreement();
        Ok(())
    }

    async fn agree(&mut self) -> Result<(), ReadError> {
        let Some(part) = &mut self.part else { return Ok(()) };
        let mut transaction = self.pool.begin().await?;
        if let Some(checkpoint) = self.checkpoint
            && !self.checkpoints.advance(&mut transaction, Some(checkpoint), checkpoint).await?
        {
            return Err(ReadError::Fenced);
        }
        let account = part.write_agreement(&mut transaction).await?;
        transaction.commit().await?;
        part.agree(account);
        Ok(())
    }

    fn show_agreement(&self) {
        let Some(part) = &self.part else { return };
        let agreement = Some(part.agreement());
        self.progress.send_if_modified(|p| {
            let is_new = p.agreement != agreement || p.checkpoint != self.checkpoint;
            (p.agreement, p.checkpoint) = (agreement, self.checkpoint);
            is_new
        });
    }

    /// Folds what the log has in the range that is compared, and the stream has not brought.
    async fn mend(&mut self) -> Result<(), ReadError> {
        let Some(part) = &self.part else { return Ok(()) };
        let (mut next, until) = part.range();
        while next <= until {
            let Some(part) = &mut self.part else { return Ok(()) };
            let (mut events, reached) = part.log.read(next, BATCH, Some(&part.part)).await?;
            events.retain(|event| event.position <= until);
            let missing = part.missing(&self.pool, events).await?;
            if !missing.is_empty() {
                self.fold_batch(&missing).await?;
            }
            if reached < next {
                break;
            }
            next = reached.next();
        }
        Ok(())
    }
}
