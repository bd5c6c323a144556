"""The usual Python packages on the labels of benches/agreement.rs, each in one run.

On a machine that does other work too, the time that a package computed says more than the time that went by.

    pip install krippendorff crowd-kit irrCAC
    python benches/python/agreement.py

Installs nothing itself; a package that is missing is told and left out. The figures printed must be those that the bench prints.
"""

import time

import numpy as np

UNITS, RATERS, CLASSES = 100_000, 100, 5


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def labels():
    """Units by raters, everybody on every unit."""
    unit = np.arange(UNITS, dtype=np.uint64)
    truth = mix(unit + np.uint64(1 << 40)) % np.uint64(CLASSES)
    rater = np.arange(RATERS, dtype=np.uint64)
    drawn = mix(unit[:, None] * np.uint64(RATERS) + rater[None, :] + np.uint64(1))
    other = (drawn >> np.uint64(32)) % np.uint64(CLASSES)
    return np.where(drawn % np.uint64(10) < 7, truth[:, None], other).astype(np.int64)


def timed(name, work):
    start, computed = time.perf_counter(), time.process_time()
    try:
        figure = work()
    except ImportError as missing:
        print(f"{name}: left out, {missing}; pip install krippendorff crowd-kit irrCAC")
        return
    start, computed = time.perf_counter() - start, time.process_time() - computed
    print(f"{name}: {start:.2f} s, computing {computed:.2f} s, {figure}", flush=True)


def main():
    table = labels()

    def alpha(level):
        import krippendorff

        return f"{krippendorff.alpha(reliability_data=table.T, level_of_measurement=level):.9f}"

    timed("krippendorff, alpha nominal, 10,000,000 labels", lambda: alpha("nominal"))
    timed("krippendorff, alpha ordinal, 10,000,000 labels", lambda: alpha("ordinal"))

    def gwet():
        import pandas as pd
        from irrCAC.raw import CAC

        return CAC(pd.DataFrame(table), digits=9).gwet()["est"]["coefficient_value"]

    timed("irrCAC, AC1 with its interval, 10,000,000 labels", gwet)

    def dawid_skene(iterations):
        import pandas as pd
        from crowdkit.aggregation import DawidSkene

        task = np.repeat(np.arange(UNITS), 10)
        worker = (np.arange(UNITS) % 10 * 10)[:, None] + np.arange(10)[None, :]
        label = np.take_along_axis(table, worker, axis=1)
        data = pd.DataFrame({"task": task, "worker": worker.ravel(), "label": label.ravel()})
        model = DawidSkene(n_iter=iterations, tol=-1e9).fit(data)
        return f"bound {model.loss_history_[-1]:.9f}"

    timed("crowd-kit, Dawid-Skene, 1,000,000 labels, 100 iterations", lambda: dawid_skene(100))


if __name__ == "__main__":
    main()
