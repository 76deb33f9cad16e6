package amber.ec2;

/**
 * Notes how far the registration of an image came, so that a later run registers it if it is not,
 * and finds it if it is.
 */
public interface RegistrationLog {

  /** Whether an earlier run was about to register the image, and may have done so. */
  boolean mayHaveWorked();

  /** The image is about to be registered. This returns when the note outlives the process. */
  void registering();

  /** The image was registered. */
  void registered(String imageId);

  /** There is no image after all. */
  void withdrawn();
}
