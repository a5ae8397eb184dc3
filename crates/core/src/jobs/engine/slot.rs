use super::control::QueueControl;

/// A slot that a job has taken; given back once, at the latest with the value.
pub(super) struct Slot<'a> {
    control: Option<&'a QueueControl>,
}

impl<'a> Slot<'a> {
    /// One of those that the claim has taken.
    pub(super) fn taken(control: Option<&'a QueueControl>) -> Self {
        Self { control }
    }

    /// Gives it back.
    pub(super) fn release(&mut self) {
        if let Some(control) = self.control.take() {
            control.release();
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_given_back_once() {
        let control = QueueControl::default();
        control.set_limit(2);
        control.take(2);
        let mut slot = Slot::taken(Some(&control));
        let other = Slot::taken(Some(&control));
        slot.release();
        slot.release();
        assert_eq!(control.free(), 1);
        drop(slot);
        assert_eq!(control.free(), 1);
        drop(other);
        assert_eq!(control.free(), 2);
    }
}
