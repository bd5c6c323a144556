//! Work beside the screen: run on other threads, reported in the screen's own channel.
//!
//! Of each kind of job only the latest counts: starting one cancels the one before, and what that one still
//! reports is thrown away.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// What a job is about: `replay`, `load`, `index`.
pub type Kind = &'static str;

/// Progress is reported at most this many times a job, however often it is told.
const STEPS: u64 = 200;

/// What a running job is given: the way to say how far it is, and to hear that nobody waits for it any more.
#[derive(Clone)]
pub struct Job {
    state: Arc<State>,
    report: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct State {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    /// A report is on its way and was not looked at yet.
    reported: AtomicBool,
}

impl Job {
    /// Whether the work is for nothing now. Ask often; return anything.
    pub fn is_cancelled(&self) -> bool {
        self.state.cancelled.load(Ordering::Relaxed)
    }

    /// The same question for code that takes a flag.
    pub fn cancelled_flag(&self) -> impl Fn() -> bool + Send + Sync + Clone + 'static {
        let state = self.state.clone();
        move || state.cancelled.load(Ordering::Relaxed)
    }

    /// How much is done of how much; a total of 0 where nobody knows. As cheap as two stores.
    pub fn progress(&self, done: u64, total: u64) {
        let before = self.state.done.swap(done, Ordering::Relaxed);
        self.state.total.store(total, Ordering::Relaxed);
        let step = |done: u64| {
            // Where nobody knows the total, every doubling is a step.
            let doublings = || u64::from(done.checked_ilog2().unwrap_or(0));
            done.saturating_mul(STEPS).checked_div(total).unwrap_or_else(doublings)
        };
        if step(before) != step(done) && !self.state.reported.swap(true, Ordering::AcqRel) {
            (self.report)();
        }
    }
}

/// A report of a job, to be given back to [`Jobs::settle`].
#[derive(Debug)]
pub struct News<M> {
    id: u64,
    kind: Kind,
    what: What<M>,
}

#[derive(Debug)]
enum What<M> {
    Progress,
    Done(M),
    Panicked(String),
}

/// What a report comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Settled<M> {
    /// Ask [`Jobs::running`] for the figures.
    Progress,
    Done(M),
    /// The job broke off by a fault of ours; in words.
    Failed(String),
}

/// A job that was started and has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    pub kind: Kind,
    pub title: String,
    pub done: u64,
    /// 0 where nobody knows.
    pub total: u64,
}

/// The threads, and the latest job of each kind.
pub struct Jobs<M> {
    queue: Arc<Queue>,
    send: Arc<dyn Fn(News<M>) + Send + Sync>,
    latest: HashMap<Kind, Latest>,
    started: u64,
}

struct Latest {
    id: u64,
    title: String,
    state: Arc<State>,
}

type Task = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    tasks: Mutex<(VecDeque<Task>, bool)>,
    more: Condvar,
}

impl<M: Send + 'static> Jobs<M> {
    /// `send` is called on the threads with every report; it puts them into the channel that the screen reads.
    pub fn new(threads: usize, send: impl Fn(News<M>) + Send + Sync + 'static) -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..threads.max(1) {
            let queue = queue.clone();
            // A thread that cannot be had is missed by nobody as long as there is one; else jobs wait.
            let _ = thread::Builder::new().name("job".into()).spawn(move || queue.work());
        }
        Jobs { queue, send: Arc::new(send), latest: HashMap::new(), started: 0 }
    }

    /// Starts a job; the one of the same kind that runs or waits is cancelled. The title is for people: "replay".
    pub fn run(&mut self, kind: Kind, title: impl Into<String>, work: impl FnOnce(&Job) -> M + Send + 'static) {
        self.cancel(kind);
        self.started += 1;
        let id = self.started;
        let state = Arc::new(State::default());
        self.latest.insert(kind, Latest { id, title: title.into(), state: state.clone() });
        let send = self.send.clone();
        let report = {
            let send = send.clone();
            Arc::new(move || send(News { id, kind, what: What::Progress }))
        };
        let job = Job { state, report };
        self.queue.push(Box::new(move || {
            if job.is_cancelled() {
                return;
            }
            let what = match catch_unwind(AssertUnwindSafe(|| work(&job))) {
                Ok(value) => What::Done(value),
                Err(payload) => What::Panicked(words(payload.as_ref())),
            };
            send(News { id, kind, what });
        }));
    }

    /// Nobody waits for this kind of job any more.
    pub fn cancel(&mut self, kind: Kind) {
        if let Some(latest) = self.latest.remove(kind) {
            latest.state.cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// What a report comes to; none where a later job has taken its place.
    pub fn settle(&mut self, news: News<M>) -> Option<Settled<M>> {
        let latest = self.latest.get(news.kind).filter(|latest| latest.id == news.id)?;
        match news.what {
            What::Progress => {
                latest.state.reported.store(false, Ordering::Release);
                Some(Settled::Progress)
            }
            What::Done(value) => {
                self.latest.remove(news.kind);
                Some(Settled::Done(value))
            }
            What::Panicked(words) => {
                let title = self.latest.remove(news.kind).map(|latest| latest.title).unwrap_or_default();
                Some(Settled::Failed(format!("`{title}` broke off by a fault in casebook itself: {words}")))
            }
        }
    }

    /// Whether a job of this kind was started and has not ended.
    pub fn is_under_way(&self, kind: Kind) -> bool {
        self.latest.contains_key(kind)
    }

    /// The jobs under way, by kind.
    pub fn running(&self) -> Vec<Running> {
        let running = self.latest.iter().map(|(kind, latest)| Running {
            kind,
            title: latest.title.clone(),
            done: latest.state.done.load(Ordering::Relaxed),
            total: latest.state.total.load(Ordering::Relaxed),
        });
        let mut running: Vec<Running> = running.collect();
        running.sort_by_key(|job| job.kind);
        running
    }
}

/// Cancels everything and lets the threads go; none is waited for.
impl<M> Drop for Jobs<M> {
    fn drop(&mut self) {
        for latest in self.latest.values() {
            latest.state.cancelled.store(true, Ordering::Relaxed);
        }
        self.queue.close();
    }
}

impl Queue {
    fn push(&self, task: Task) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).0.push_back(task);
        self.more.notify_one();
    }

    fn close(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.more.notify_all();
    }

    fn work(&self) {
        loop {
            let task = {
                let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
                let mut tasks = self
                    .more
                    .wait_while(tasks, |(tasks, closed)| tasks.is_empty() && !*closed)
                    .unwrap_or_else(PoisonError::into_inner);
                if tasks.1 {
                    return;
                }
                tasks.0.pop_front()
            };
            if let Some(task) = task {
                task();
            }
        }
    }
}

fn words(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason given".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    fn jobs() -> (Jobs<u32>, Receiver<News<u32>>) {
        let (sender, receiver) = channel();
        (Jobs::new(2, move |news| drop(sender.send(news))), receiver)
    }

    fn next(jobs: &mut Jobs<u32>, reports: &Receiver<News<u32>>) -> Option<Settled<u32>> {
        let news = reports.recv_timeout(Duration::from_secs(5)).expect("a report");
        jobs.settle(news)
    }

    #[test]
    fn results_come_back() {
        let (mut jobs, reports) = jobs();
        jobs.run("replay", "replay", |_| 7);
        assert_eq!(next(&mut jobs, &reports), Some(Settled::Done(7)));
        assert_eq!(jobs.running(), []);
    }

    #[test]
    fn the_latest_of_a_kind_wins_and_cancels_the_one_before() {
        let (mut jobs, reports) = jobs();
        let (begun, wait) = channel();
        jobs.run("replay", "replay", move |job| {
            begun.send(()).unwrap_or_default();
            while !job.is_cancelled() {
                thread::sleep(Duration::from_millis(1));
            }
            1
        });
        wait.recv_timeout(Duration::from_secs(5)).unwrap();
        jobs.run("replay", "replay", |_| 2);
        let both = [next(&mut jobs, &reports), next(&mut jobs, &reports)];
        assert!(both.contains(&None) && both.contains(&Some(Settled::Done(2))), "{both:?}");
    }

    #[test]
    fn what_was_superseded_while_waiting_never_starts() {
        let (sender, receiver) = channel();
        let mut jobs: Jobs<u32> = Jobs::new(1, move |news| drop(sender.send(news)));
        let (go, wait) = channel::<()>();
        jobs.run("load", "load", move |_| {
            wait.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
            0
        });
        for n in 1..=50 {
            jobs.run("replay", "replay", move |_| n);
        }
        go.send(()).unwrap();
        assert_eq!(next(&mut jobs, &receiver), Some(Settled::Done(0)));
        assert_eq!(next(&mut jobs, &receiver), Some(Settled::Done(50)));
        assert!(receiver.recv_timeout(Duration::from_millis(20)).is_err());
    }

    #[test]
    fn a_panic_is_a_message() {
        let (mut jobs, reports) = jobs();
        jobs.run("load", "loading", |_| panic!("oh {}", "no"));
        let Some(Settled::Failed(words)) = next(&mut jobs, &reports) else { panic!("no failure") };
        assert!(words.contains("loading") && words.contains("oh no"), "{words}");
        jobs.run("load", "loading", |_| 3);
        assert_eq!(next(&mut jobs, &reports), Some(Settled::Done(3)));
    }

    #[test]
    fn progress_is_told_without_a_flood() {
        let (mut jobs, reports) = jobs();
        let (go, wait) = channel::<()>();
        jobs.run("load", "loading", move |job| {
            for done in 0..=1_000_000 {
                job.progress(done, 1_000_000);
            }
            wait.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
            1
        });
        assert_eq!(next(&mut jobs, &reports), Some(Settled::Progress));
        go.send(()).unwrap();
        let mut told = 0;
        while next(&mut jobs, &reports) == Some(Settled::Progress) {
            told += 1;
        }
        assert!(told <= STEPS, "{told}");
    }
}
