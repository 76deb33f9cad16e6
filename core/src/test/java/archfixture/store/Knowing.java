package archfixture.store;

import archfixture.image.Tangled;

/** Knows another stage, which knows it, to show that the rules bite. */
public final class Knowing {

  /** The other one. */
  public Tangled other;
}
