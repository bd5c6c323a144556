//! The one channel into the screen: what is typed, what jobs report, what threads have ready.

use super::event::Event;
use super::jobs::{Jobs, News};
use super::term::InputThread;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Something the screen has to look at.
#[derive(Debug)]
pub enum Incoming<M> {
    /// Everything that was typed or clicked at once.
    Input(Vec<Event>),
    Job(News<M>),
    /// A thread, such as the finder's, has something new to show.
    Wake,
    /// The window has another size, or had one for a moment.
    Resized,
    /// The terminal is gone, or the program is told to end: save what must not be lost, and leave.
    Gone,
}

/// Both ends of the channel.
pub struct Inbox<M> {
    sender: Sender<Incoming<M>>,
    receiver: Receiver<Incoming<M>>,
}

impl<M> Default for Inbox<M> {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Inbox { sender, receiver }
    }
}

impl<M: Send + 'static> Inbox<M> {
    /// A sender for other threads, such as one that watches files or signals.
    pub fn sender(&self) -> Sender<Incoming<M>> {
        self.sender.clone()
    }

    /// Threads for jobs that report here.
    pub fn jobs(&self, threads: usize) -> Jobs<M> {
        let sender = self.sender.clone();
        Jobs::new(threads, move |news| drop(sender.send(Incoming::Job(news))))
    }

    /// Starts to read the terminal.
    pub fn input(&self) -> io::Result<InputThread> {
        let sender = self.sender.clone();
        InputThread::start(move |burst| {
            sender.send(if burst.is_empty() { Incoming::Gone } else { Incoming::Input(burst) }).is_ok()
        })
    }

    /// What the finder calls when it has found something.
    pub fn waker(&self) -> impl Fn() + Send + Sync + 'static
    where
        M: Send,
    {
        let sender = self.sender.clone();
        move || drop(sender.send(Incoming::Wake))
    }

    /// Waits until there is something, and gives all there is by then: handle it all, then draw once.
    pub fn next(&self) -> Vec<Incoming<M>> {
        // The inbox holds a sender itself, so the channel never closes.
        let mut all: Vec<Incoming<M>> = self.receiver.recv().into_iter().collect();
        all.extend(self.receiver.try_iter());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::jobs::Settled;

    #[test]
    fn everything_comes_through_one_channel_and_at_once() {
        let inbox: Inbox<u8> = Inbox::default();
        inbox.waker()();
        inbox.sender().send(Incoming::Input(vec![Event::FocusLost])).unwrap();
        assert!(matches!(inbox.next()[..], [Incoming::Wake, Incoming::Input(_)]));
        let mut jobs = inbox.jobs(1);
        jobs.run("load", "load", |_| 5);
        let [Incoming::Job(news)] = <[_; 1]>::try_from(inbox.next()).unwrap() else { panic!("no report") };
        assert_eq!(jobs.settle(news), Some(Settled::Done(5)));
    }
}
