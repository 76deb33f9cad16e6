package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

  @Test
  void buffersAreDirectAndUsedAgain() {
    BufferPool pool = new BufferPool(2, 100);
    ByteBuffer one = pool.take();
    ByteBuffer two = pool.take();
    assertThat(one.isDirect()).isTrue();
    assertThat(one.capacity()).isEqualTo(100);
    assertThat(one).isNotSameAs(two);
    one.position(10).limit(20);
    pool.give(one);
    ByteBuffer again = pool.take();
    assertThat(again).isSameAs(one);
    assertThat(again.remaining()).isEqualTo(100);
  }

  @Test
  void takingMoreThanThereMayBeIsABug() {
    BufferPool pool = new BufferPool(1, 100);
    pool.give(pool.take());
    pool.take();
    assertThatThrownBy(pool::take)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("more than 1 buffers of 100 bytes");
  }
}
