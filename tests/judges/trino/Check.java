import io.trino.sql.parser.ParsingException;
import io.trino.sql.parser.SqlParser;
import java.nio.file.Files;
import java.nio.file.Path;

/** Parses each file, one statement in it, by Trino's own grammar; a line for each: `ok`, or what is wrong. */
class Check {
  public static void main(String[] files) throws Exception {
    var parser = new SqlParser();
    for (var file : files) {
      try {
        parser.createStatement(Files.readString(Path.of(file)));
        System.out.println("ok");
      } catch (ParsingException error) {
        System.out.println(error.getMessage().replace('\n', ' '));
      }
    }
  }
}
