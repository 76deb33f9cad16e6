package amber.benchmark.server;

import amber.benchmark.server.Bench.Round;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One connection, of which each request is answered before the next one comes. */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {

  // More at once would only wait in memory, encrypted.
  private static final int PIECE_BYTES = 1 << 20;

  private final Bench bench;
  private final EbsService ebs;
  private final Ec2Service ec2;
  private final S3Service s3;
  private final PrintStream log;
  private Round round;
  private Exchange exchange;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;

  Connection(Bench bench, EbsService ebs, Ec2Service ec2, S3Service s3, PrintStream log) {
    this.bench = bench;
    this.ebs = ebs;
    this.ec2 = ec2;
    this.s3 = s3;
    this.log = log;
    this.round = bench.round();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    bench.round().tally().connected();
    context.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    try {
      if (message instanceof HttpRequest head) {
        begin(context, head);
      }
      if (message instanceof HttpContent content) {
        round.tally().bytesReceived.add(content.content().readableBytes());
        exchange.take(content.content());
        if (content instanceof LastHttpContent) {
          Future<?> unused =
              context
                  .executor()
                  .schedule(
                      () -> answer(context),
                      round.conditions().latencyMillis(),
                      TimeUnit.MILLISECONDS);
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(context, e);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest head) throws IOException {
    round = bench.round();
    round.tally().begun();
    Request request = Request.of(head);
    if (EbsService.serves(request)) {
      exchange = ebs.begin(request, round);
    } else if (Ec2Service.serves(request)) {
      exchange = ec2.begin();
    } else {
      exchange = s3.begin(request, round);
    }
    if (HttpUtil.is100ContinueExpected(head)) {
      write(
          context, new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      context.flush();
    }
  }

  private void answer(ChannelHandlerContext context) {
    Reply reply;
    try {
      reply = exchange.reply();
    } catch (IOException | RuntimeException e) {
      fail(context, e);
      return;
    }
    round.tally().ended();
    round.tally().bytesSent.add(reply.body().readableBytes());
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, reply.type())
        .set(HttpHeaderNames.CONTENT_LENGTH, reply.length())
        .set("x-amzn-RequestId", "0")
        .set("x-amz-request-id", "0");
    for (int i = 0; i < reply.headers().size(); i += 2) {
      head.headers().set(reply.headers().get(i), reply.headers().get(i + 1));
    }
    write(context, head);
    rest = reply.body();
    boolean more = rest.isReadable();
    if (more) {
      send(context);
    } else {
      write(context, LastHttpContent.EMPTY_LAST_CONTENT);
      context.flush();
    }
  }

  /** Sends as much of the body as the connection takes. */
  private void send(ChannelHandlerContext context) {
    while (rest.isReadable() && context.channel().isWritable()) {
      int count = Math.min(PIECE_BYTES, rest.readableBytes());
      write(context, new DefaultHttpContent(rest.readRetainedSlice(count)));
      if (!rest.isReadable()) {
        write(context, LastHttpContent.EMPTY_LAST_CONTENT);
      }
      context.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    send(context);
    context.fireChannelWritabilityChanged();
  }

  /** A request that cannot be served is a mistake of the server's, or of what speaks to it. */
  private void fail(ChannelHandlerContext context, Exception cause) {
    round.tally().failures.increment();
    cause.printStackTrace(log);
    ChannelFuture unused = context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A client that hangs up is no mistake.
    if (!(cause instanceof IOException)) {
      cause.printStackTrace(log);
    }
    ChannelFuture unused = context.close();
  }

  private static void write(ChannelHandlerContext context, HttpObject message) {
    // If it fails, the connection does.
    ChannelFuture unused = context.write(message);
  }
}
