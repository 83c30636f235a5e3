package calls;

import proof.Tally;

/** Typical calls of one API, against the sandbox. */
public interface Calls {
  void run(Sandbox sandbox, Tally tally) throws Exception;

  /** Returns the exception of a call that must be refused. */
  interface Refusal<E extends Exception> {
    void call() throws Exception;

    static <E extends Exception> E of(Class<E> kind, Refusal<E> call) throws Exception {
      try {
        call.call();
      } catch (Exception e) {
        if (kind.isInstance(e)) {
          return kind.cast(e);
        }
        throw e;
      }
      throw new IllegalStateException("a call that must be refused was not");
    }
  }
}
