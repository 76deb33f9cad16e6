package archfixture.image;

import archfixture.Root;
import archfixture.store.Knowing;

/** Knows another stage, which knows it, and the root, to show that the rules bite. */
public final class Tangled {

  /** The other one. */
  public Knowing other;

  /** The root. */
  public Root root;
}
