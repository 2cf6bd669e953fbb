//! Tests of work queues.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::*;

fn queue(turns: usize) -> Arc<WorkQueue> {
    Arc::new(WorkQueue::new(Limits { turns, waiting: 64, ..Limits::FAST }))
}

fn caller(line: &str) -> Caller {
    Caller::new(line, 1_000)
}

/// Runs `work` in its turn, while the test goes on.
fn spawn<T: Send + 'static>(
    queue: &Arc<WorkQueue>,
    caller: Caller,
    work: impl FnOnce() -> T + Send + 'static,
) -> tokio::task::JoinHandle<Result<T>> {
    let queue = Arc::clone(queue);
    tokio::spawn(async move { queue.run(caller, work).await })
}

fn refused<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::RateLimited { retry_after: 2 }))
}

/// Lets every task that can go on do so.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn some_work_some_wait_and_the_others_are_refused_at_once() {
    let queue = queue(2);
    let working = Arc::new(AtomicU32::new(0));
    let (go, wait) = mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (working, wait) = (Arc::clone(&working), Arc::clone(&wait));
            spawn(&queue, caller("one"), move || {
                let at_once = working.fetch_add(1, Ordering::SeqCst) + 1;
                let _ = wait.lock().unwrap().recv();
                working.fetch_sub(1, Ordering::SeqCst);
                at_once
            })
        })
        .collect();
    settle().await;
    assert_eq!(tasks.iter().filter(|task| task.is_finished()).count(), 100 - 2 - 64);

    drop(go);
    let done = join_all(tasks).await.into_iter().map(|task| task.expect("it ends"));
    let (done, others): (Vec<_>, Vec<_>) = done.partition(Result::is_ok);
    assert!(done.into_iter().flatten().all(|at_once| at_once <= 2));
    assert!(others.len() == 34 && others.iter().all(refused));
    assert_eq!(queue.waiting(), 0);
}

#[tokio::test]
async fn lines_take_turns_however_much_one_of_them_asks_for() {
    let queue = queue(1);
    let first = queue.turn(caller("first")).await.unwrap();
    let worked = Arc::new(Mutex::new(Vec::new()));
    let asked = ["many"; 50].into_iter().chain(["one", "other", "one"]);
    let tasks: Vec<_> = asked
        .map(|name| {
            let worked = Arc::clone(&worked);
            spawn(&queue, caller(name), move || worked.lock().unwrap().push(name))
        })
        .collect();
    settle().await;
    drop(first);
    join_all(tasks).await;
    let worked = worked.lock().unwrap();
    assert_eq!(worked[..6], ["many", "one", "other", "many", "one", "many"]);
    assert_eq!(worked.len(), 53);
}

#[tokio::test]
async fn a_group_has_a_bounded_number_of_places_and_gives_them_back() {
    let queue = queue(1);
    let turn = queue.turn(caller("first")).await.unwrap();
    let of = |network: &str| caller("unknown").in_group(network.to_owned(), 3);
    let waiting: Vec<_> = (0..3).map(|_| spawn(&queue, of("a network"), || ())).collect();
    settle().await;
    assert!(refused(&queue.run(of("a network"), || ()).await));
    assert!(refused(&queue.expect_place(&of("a network"))));
    queue.expect_place(&of("another")).expect("it has places");

    waiting[0].abort();
    settle().await;
    queue.expect_place(&of("a network")).expect("one went away");
    drop(turn);
    join_all(waiting).await;
    assert_eq!(queue.waiting(), 0);
}

#[tokio::test]
async fn a_turn_passes_by_those_who_went_away() {
    let queue = queue(1);
    let first = queue.turn(caller("first")).await.unwrap();
    let mut gone = Box::pin(queue.turn(caller("one")));
    let mut stays = Box::pin(queue.turn(caller("one")));
    assert!(futures_util::poll!(gone.as_mut()).is_pending());
    assert!(futures_util::poll!(stays.as_mut()).is_pending());
    drop(gone);
    drop(first);
    drop(stays.await.unwrap());
    assert_eq!(queue.0.lines().free, 1);
    assert_eq!(queue.waiting(), 0);
}

#[tokio::test]
async fn the_thread_does_not_rest_between_computations() {
    let (queue, took) = (queue(1), Duration::from_millis(20));
    let begun = Instant::now();
    let tasks = (0..16).map(|_| queue.run(caller("one"), move || std::thread::sleep(took)));
    assert!(join_all(tasks).await.iter().all(Result::is_ok));
    assert!(begun.elapsed() < 24 * took, "{:?}", begun.elapsed());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn passwords_are_hashed_and_large_requests_are_read_with_low_priority() {
    fn nice() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let after_name = stat.rsplit_once(')').unwrap().1;
        after_name.split_whitespace().nth(16).unwrap().parse().unwrap()
    }
    let queues = WorkQueues::default();
    for queue in [&queues.passwords, &queues.requests] {
        assert!(queue.run(Caller::account(None), nice).await.unwrap() >= 4);
    }
    assert!(queues.texts.run(Caller::account(None), nice).await.unwrap() < 4);
}
